/** The parts that metrics are taken of, as they were: each of these answers its part with every call timed. */
import { performance } from 'node:perf_hooks';
import type { ControlConnection } from '../control/connect.ts';
import type { Receiver } from '../receive/receiver.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { storeErrorCode } from '../telemetry/storeErrors.ts';
import type { ControlMode, OwnMetrics, StoreOperation } from './ownMetrics.ts';

const secondsSince = (beganMs: number) => (performance.now() - beganMs) / 1000;

export function measuredTelemetry(
  telemetry: TelemetryConnection,
  metrics: Pick<OwnMetrics, 'noteStatement' | 'noteStoreError' | 'noteInserted'>,
): TelemetryConnection {
  async function timed<T>(operation: StoreOperation, work: () => Promise<T>): Promise<T> {
    const beganMs = performance.now();
    try {
      return await work();
    } catch (error) {
      metrics.noteStoreError(operation, storeErrorCode(error));
      throw error;
    } finally {
      metrics.noteStatement(operation, secondsSince(beganMs));
    }
  }
  return {
    ...telemetry,
    rows: (sql, params) => timed('read', () => telemetry.rows(sql, params)),
    // What people wrote may be wrong; that is no error of the store.
    isolated: (settings, work) => {
      const beganMs = performance.now();
      return telemetry.isolated(settings, work).finally(() => metrics.noteStatement('read', secondsSince(beganMs)));
    },
    run: (sql, params) => timed('run', () => telemetry.run(sql, params)),
    insertNative: async (table, native, token) => {
      await timed('insert', () => telemetry.insertNative(table, native, token));
      const blocks = native instanceof Uint8Array ? [native] : native;
      metrics.noteInserted(
        table,
        blocks.reduce((sum, block) => sum + block.byteLength, 0),
      );
    },
  };
}

export function measuredControl(control: ControlConnection, metrics: Pick<OwnMetrics, 'noteTransaction'>): ControlConnection {
  async function timed<T>(mode: ControlMode, work: () => Promise<T>): Promise<T> {
    const beganMs = performance.now();
    let broke = true;
    try {
      const result = await work();
      broke = false;
      return result;
    } finally {
      metrics.noteTransaction(mode, secondsSince(beganMs), broke);
    }
  }
  return {
    ...control,
    ofWorkspace: (workspaceId) => {
      const db = control.ofWorkspace(workspaceId);
      return {
        workspaceId: db.workspaceId,
        read: (work) => timed('read', () => db.read(work)),
        change: (by, work) => timed('change', () => db.change(by, work)),
      };
    },
    changeInstance: (by, work) => timed('change', () => control.changeInstance(by, work)),
  };
}

export function measuredReceiver(receiver: Receiver, metrics: Pick<OwnMetrics, 'beginReceive' | 'endReceive'>): Receiver {
  return {
    ...receiver,
    receive: async (request) => {
      const { signal, source } = request;
      const bytes = request.body.byteLength;
      const beganMs = performance.now();
      metrics.beginReceive(bytes);
      const outcome = await receiver.receive(request);
      metrics.endReceive({ source, signal, bytes, outcome: outcome.ok ? 'ok' : outcome.reason, seconds: secondsSince(beganMs) });
      return outcome;
    },
  };
}
