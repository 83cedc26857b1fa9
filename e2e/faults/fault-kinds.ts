/** How often each kind of fault is chosen by default. */
export const allFaults = {
  kill: 10,
  freeze: 6,
  'store killed': 6,
  'store frozen': 3,
  'store down': 4,
  'broker restarted while a service is disconnected': 2,
  'service killed while its store is down': 3,
  'link cut': 4,
  'link cut one way': 5,
  'link slow': 4,
  'link reset': 4,
  'link half-open': 3,
  'connections refused': 2,
  'Stripe cut before or after the effect': 6,
  'Stripe fails': 4,
  'webhooks dropped, duplicated, delayed, reordered': 4,
  'Redis flushed': 2,
  'clock skew': 2,
  'torn write': 2,
  'disk full': 2,
  'rolling restart': 1,
  'crash point': 8,
  'database restored': 2,
  'broker volume lost': 2,
} satisfies Record<string, number>;
export type Fault = keyof typeof allFaults;
export type Weights = Partial<Record<Fault, number>>;

/** They need every other fault to be over, so at most one of them follows the others of a seed. */
export const disasters = ['database restored', 'broker volume lost'] as const satisfies Fault[];
export type Disaster = (typeof disasters)[number];
/** How often no disaster follows, compared with the weights above. */
export const NO_DISASTER = 6;
