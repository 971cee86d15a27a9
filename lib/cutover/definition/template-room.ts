import type { Stack } from 'aws-cdk-lib';
import { linesByState } from './lines-by-state';

/**
 * Bytes of a template that definitions may have: the rest is for what else is in the stack, and the CDK warns from here on.
 *
 * @see docs/aws-facts.md#cloudformation-template-size
 */
const ROOM = 800_000;
/** The only one may have nearly all of it. */
const ROOM_ALONE = 900_000;
/** Blanks before each line of a definition in a template that is indented. */
const INDENTATION = 10;

export interface Place {
  /** Whether the template has room for the definition. */
  isThere(): boolean;
}

/**
 * What the definitions in one template take. Each has its place where there is room beside those that were made before it:
 * one more migration moves no other's definition.
 */
export class TemplateRoom {
  private static readonly known = new WeakMap<Stack, TemplateRoom>();
  private readonly places: { readonly bytes: () => number }[] = [];

  public static of(stack: Stack): TemplateRoom {
    const room = TemplateRoom.known.get(stack) ?? new TemplateRoom(stack);
    TemplateRoom.known.set(stack, room);
    return room;
  }

  private constructor(private readonly stack: Stack) {}

  /** Asks for a place. Only in the synthesis is it known how large all are. */
  public ask(definition: object): Place {
    let bytes: number | undefined;
    const place = {
      bytes: () => {
        bytes ??= this.bytesOf(definition);
        return bytes;
      },
    };
    this.places.push(place);
    return { isThere: () => this.inTemplate().includes(place) };
  }

  private inTemplate(): readonly unknown[] {
    const inside: unknown[] = [];
    let taken = 0;
    for (const place of this.places) {
      if (taken + place.bytes() > (inside.length === 0 ? ROOM_ALONE : ROOM)) continue;
      taken += place.bytes();
      inside.push(place);
    }
    return inside;
  }

  /** Of its lines as they stand in the template. A reference takes about as much as the token in its place. */
  private bytesOf(definition: object): number {
    const layout = linesByState(JSON.stringify(definition, undefined, 1).split('\n'));
    const lines = layout['Fn::Join'][1].flatMap((join) => (join as typeof layout)['Fn::Join'][1]);
    // biome-ignore lint/complexity/useLiteralKeys: the CDK keeps it private, and says it nowhere else.
    const perLine = this.stack['_suppressTemplateIndentation'] ? 1 : INDENTATION + 2;
    return lines.reduce((sum: number, line) => sum + Buffer.byteLength(JSON.stringify(line)) + perLine, 0);
  }
}
