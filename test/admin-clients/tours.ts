// All tours, each with the program that it needs, or why that cannot be had.

import { findKafkaJars } from '../support/programs.ts';
import { javaTour, type Tour } from './run-tour.ts';

export interface FoundTour {
  readonly name: string;
  readonly tour: Tour | { readonly missing: string };
}

export async function findTours(): Promise<FoundTour[]> {
  const jars = await findKafkaJars();
  return [{ name: 'java', tour: 'missing' in jars ? jars : javaTour(jars.path) }];
}
