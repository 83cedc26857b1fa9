import { Mongoose } from 'mongoose';

export const db = new Mongoose();
