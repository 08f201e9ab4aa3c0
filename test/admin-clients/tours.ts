// All tours, each with the program that it needs, or why that cannot be had.

import { findConfluentKafka, findKafkaJars, findKafkaPython, type Program } from '../support/programs.ts';
import { javaTour, pythonTour, type Tour } from './run-tour.ts';

export interface FoundTour {
  /** Of its file in `expected/`. */
  readonly name: string;
  readonly tour: Tour | { readonly missing: string };
}

export async function findTours(): Promise<FoundTour[]> {
  const [jars, kafkaPython, confluent] = await Promise.all([findKafkaJars(), findKafkaPython(), findConfluentKafka()]);
  return [
    { name: 'java', tour: of(jars, javaTour) },
    { name: 'kafka-python', tour: of(kafkaPython, (path) => pythonTour(path, 'kafka_python_tour.py')) },
    { name: 'confluent-kafka', tour: of(confluent, (path) => pythonTour(path, 'confluent_tour.py')) },
  ];
}

function of(program: Program, tourWith: (path: string) => Tour): FoundTour['tour'] {
  return 'missing' in program ? program : tourWith(program.path);
}
