import { Mongoose } from 'mongoose';

/** This service's own handle: models hang off it, not off the global Mongoose. */
export const db = new Mongoose();
