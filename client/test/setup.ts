import '@testing-library/jest-dom';
import { webcrypto } from 'node:crypto';

// What browsers have and jsdom has not.
if (!('getRandomValues' in globalThis.crypto))
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event('close'));
};

const LEAVING = /Not implemented: navigation/;
let complaints: string[] = [];

beforeEach(() => {
  complaints = [];
  const complain = (...args: unknown[]) => {
    const text = args.map(String).join(' ');
    if (!LEAVING.test(text)) complaints.push(text);
  };
  jest.spyOn(console, 'error').mockImplementation(complain);
  jest.spyOn(console, 'warn').mockImplementation(complain);
  sessionStorage.clear();
  localStorage.clear();
});

afterEach(() => {
  expect(complaints).toEqual([]);
});
