import '@testing-library/jest-dom';
import { webcrypto } from 'node:crypto';

// Browser APIs that jsdom lacks.
if (!('getRandomValues' in globalThis.crypto))
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event('close'));
};

const NAVIGATION = /Not implemented: navigation/;
let unexpected: string[] = [];

beforeEach(() => {
  unexpected = [];
  const record = (...args: unknown[]) => {
    const text = args.map(String).join(' ');
    if (!NAVIGATION.test(text)) unexpected.push(text);
  };
  jest.spyOn(console, 'error').mockImplementation(record);
  jest.spyOn(console, 'warn').mockImplementation(record);
  sessionStorage.clear();
  localStorage.clear();
});

afterEach(() => {
  expect(unexpected).toEqual([]);
});
