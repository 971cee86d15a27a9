import { Aspects } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Looks when the whole app is written: what is handed to a construct may be changed after it is made. */
export function onceWritten(construct: IConstruct, look: () => void): void {
  Aspects.of(construct).add({
    visit(node) {
      if (node === construct) look();
    },
  });
}
