import { wholeOrPart } from '../long.ts';
import { desktop, phone } from './browser-fixture.ts';

/** The screens of the tests that hold on every screen. What looks different on a phone has a test of its own. */
export const screens = wholeOrPart(
  'browser: cards, events and the console on a phone instead of on a phone and a wide screen',
  [phone, desktop],
  [phone],
);
