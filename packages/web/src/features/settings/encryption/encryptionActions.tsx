import type { ReactNode } from 'react';

export type EncryptionAction = 'on' | 'off' | 'rotate';

interface ActionWords {
  title: string;
  confirm: string;
  /** What has happened once it is done. */
  done: string;
  /** What will happen. */
  words: ReactNode;
}

/** What is asked before each action, and said after it. */
export const ACTIONS: Readonly<Record<EncryptionAction, ActionWords>> = {
  on: {
    title: 'Encrypt what arrives from now on?',
    confirm: 'Switch on',
    done: 'Switched on. What arrives from now on is encrypted.',
    words: (
      <>
        <p>Text search will not find it. What is stored already stays as it is.</p>
        <p>If the secret of this instance is lost, so is everything that was encrypted: is there a copy of it elsewhere?</p>
      </>
    ),
  },
  off: {
    title: 'Stop encrypting?',
    confirm: 'Switch off',
    done: 'Switched off. What arrives from now on is stored as it is sent.',
    words: <p>What arrives from now on is stored as it is sent. What is encrypted stays so, and is read as before.</p>,
  },
  rotate: {
    title: 'Make a new key?',
    confirm: 'Rotate',
    done: 'There is a new key. What arrives from now on is encrypted with it.',
    words: (
      <>
        <p>What arrives from now on is encrypted with it. Older keys go on reading what they wrote.</p>
        <p>Equal texts from before and after are stored once more: they no longer look equal.</p>
      </>
    ),
  },
};
