/** CPU, memory, event loop and garbage collection of programs and machines (B8). */
import { firstText } from '../attributeSql.ts';
import { averageOf, averageTotalOf, greatestOf, increaseOf, observationsOf, observedSumOf } from './namedMetrics.ts';
import type { MeasureDefinition } from './measure.ts';

/** `cpu.mode` in the newest conventions. */
const CPU_STATE = firstText('system.cpu.state', 'process.cpu.state', 'cpu.mode', 'state');
const MEMORY_STATE = firstText('system.memory.state', 'state');
const MEMORY_TYPE = firstText('type', 'jvm.memory.type');

const PROCESS_CPU = ['process.cpu.utilization', 'jvm.cpu.recent_utilization', 'process.runtime.jvm.cpu.utilization'];
const PROCESS_MEMORY = ['process.memory.usage', 'process.runtime.cpython.memory', 'process.runtime.go.mem.sys', 'dotnet.process.memory.working_set'];
const HEAP = [
  'v8js.memory.heap.used',
  'process.runtime.nodejs.memory.heap.used',
  'jvm.memory.used',
  'process.runtime.jvm.memory.usage',
  'go.memory.used',
];
const GC = ['v8js.gc.duration', 'nodejs.gc.duration', 'process.runtime.nodejs.gc.duration', 'jvm.gc.duration', 'process.runtime.jvm.gc.duration'];
const delay = (figure: string) => ({ names: [`nodejs.eventloop.delay.${figure}`, `process.runtime.nodejs.eventloop.delay.${figure}`] });

export const SYSTEM_MEASURES: readonly MeasureDefinition[] = [
  averageTotalOf(
    {
      name: 'process_cpu_utilization',
      title: 'CPU of a process',
      description: 'CPU that a process used, as it reports it, all states together',
      unit: 'ratio',
      better: 'lower',
    },
    { names: PROCESS_CPU },
  ),
  increaseOf(
    { name: 'process_cpu_seconds', title: 'CPU seconds', description: 'Seconds of CPU time that processes used', unit: 'none', better: 'lower' },
    { names: ['process.cpu.time', 'process.runtime.cpython.cpu_time', 'jvm.cpu.time', 'dotnet.process.cpu.time'] },
  ),
  averageOf(
    {
      name: 'host_cpu_idle',
      title: 'Idle CPU of a machine',
      description: 'Share of their time that the CPUs of machines were idle',
      unit: 'ratio',
      better: 'higher',
    },
    { names: ['system.cpu.utilization'], condition: `${CPU_STATE} = 'idle'` },
  ),
  averageTotalOf(
    {
      name: 'process_memory_bytes',
      title: 'Memory of a process',
      description: 'Resident memory of a process, on average',
      unit: 'bytes',
      better: 'lower',
    },
    { names: PROCESS_MEMORY, condition: `(metric_name != 'process.runtime.cpython.memory' OR ${MEMORY_TYPE} = 'rss')` },
  ),
  greatestOf(
    {
      name: 'process_memory_bytes_max',
      title: 'Memory of a process, greatest',
      description: 'The most resident memory that a process had',
      unit: 'bytes',
      better: 'lower',
    },
    { names: PROCESS_MEMORY, condition: `(metric_name != 'process.runtime.cpython.memory' OR ${MEMORY_TYPE} = 'rss')` },
  ),
  averageTotalOf(
    {
      name: 'heap_used_bytes',
      title: 'Heap',
      description: 'Heap that a program’s runtime uses, all its spaces together',
      unit: 'bytes',
      better: 'lower',
    },
    { names: HEAP, condition: `${MEMORY_TYPE} != 'non_heap'` },
  ),
  averageTotalOf(
    { name: 'heap_limit_bytes', title: 'Heap limit', description: 'Heap that a program’s runtime may use', unit: 'bytes', better: 'neither' },
    { names: ['v8js.memory.heap.limit', 'jvm.memory.limit', 'process.runtime.jvm.memory.limit'], condition: `${MEMORY_TYPE} != 'non_heap'` },
  ),
  averageTotalOf(
    { name: 'host_memory_used_bytes', title: 'Memory of a machine', description: 'Memory in use on a machine', unit: 'bytes', better: 'lower' },
    { names: ['system.memory.usage'], condition: `${MEMORY_STATE} = 'used'` },
  ),
  averageOf(
    {
      name: 'host_memory_utilization',
      title: 'Memory share of a machine',
      description: 'Share of a machine’s memory that is in use',
      unit: 'ratio',
      better: 'lower',
    },
    { names: ['system.memory.utilization'], condition: `${MEMORY_STATE} = 'used'` },
  ),
  averageOf(
    {
      name: 'event_loop_delay_ms_avg',
      title: 'Event loop delay',
      description: 'How late timers ran, mean of what programs report',
      unit: 'ms',
      better: 'lower',
    },
    delay('mean'),
  ),
  greatestOf(
    {
      name: 'event_loop_delay_ms_p99',
      title: 'Event loop delay, p99',
      description: 'The greatest p99 of how late timers ran that a program reported',
      unit: 'ms',
      better: 'lower',
    },
    delay('p99'),
  ),
  greatestOf(
    { name: 'event_loop_delay_ms_max', title: 'Event loop delay, greatest', description: 'The latest that a timer ran', unit: 'ms', better: 'lower' },
    delay('max'),
  ),
  averageOf(
    {
      name: 'event_loop_utilization',
      title: 'Event loop utilization',
      description: 'Share of time in which the event loop was busy',
      unit: 'ratio',
      better: 'lower',
    },
    { names: ['nodejs.eventloop.utilization', 'process.runtime.nodejs.event_loop.utilization'] },
  ),
  observationsOf(
    { name: 'gc_runs', title: 'Garbage collections', description: 'Times that memory was cleaned up', unit: 'count', better: 'lower' },
    { names: GC },
  ),
  observedSumOf(
    { name: 'gc_ms', title: 'Garbage collection', description: 'Time that cleaning up memory took, all together', unit: 'ms', better: 'lower' },
    { names: GC },
  ),
];
