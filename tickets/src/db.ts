import { Mongoose } from 'mongoose';

/** This service's own handle. */
export const db = new Mongoose();
