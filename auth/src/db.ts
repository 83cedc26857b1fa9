import { Mongoose } from 'mongoose';

/** An instance of its own, because models of different services share their names in the global one. */
export const db = new Mongoose();
