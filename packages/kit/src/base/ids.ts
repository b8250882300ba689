import { getRandomValues } from 'node:crypto'
import { TypeID } from 'typeid-js'
import { V7Generator } from 'uuidv7'

/** Makes a new id for a kind of object. Time-ordered. */
export type NewId = (prefix: string) => string

/** A new TypeID: `bkg_01j…`, a UUIDv7 inside, so ids made later sort later. */
export const newId: NewId = (prefix) => TypeID.fromUUIDBytes(prefix, uuids.generate().bytes).toString()

/** Asks for the randomness of some hundred ids at once: uuidv7 by itself asks for that of two, which takes longer than the rest of it. */
const uuids = new V7Generator({ nextUint32: pooledRandom(1_024) })

function pooledRandom(count: number): () => number {
  const pool = new Uint32Array(count)
  let next = count
  return () => {
    if (next === count) {
      getRandomValues(pool)
      next = 0
    }
    const value = pool[next] ?? 0
    pool[next++] = 0
    return value
  }
}

/** The smallest id of that prefix that can have been made at that moment: older ones sort before it. */
export function firstIdAt(prefix: string, moment: Date): string {
  const bytes = new Uint8Array(16)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(moment.getTime()) << 16n)
  bytes[6] = 0x70
  bytes[8] = 0x80
  return TypeID.fromUUIDBytes(prefix, bytes).toString()
}

/** The TypeID that holds `uuid`: the same UUID always gives the same id. */
export function idFromUuid(prefix: string, uuid: string): string {
  return TypeID.fromUUID(prefix, uuid).toString()
}

/** The UUID inside a TypeID. @throws when `id` is not one */
export function uuidFromId(id: string): string {
  return TypeID.fromString(id).toUUID()
}

/** Whether `value` is a well-formed TypeID of that prefix. */
export function isId(prefix: string, value: string): boolean {
  try {
    return TypeID.fromString(value).getType() === prefix
  } catch {
    return false
  }
}

/** The 16 bytes of the UUID inside a TypeID. @throws when `id` is not one */
export function bytesFromId(id: string): Uint8Array {
  return TypeID.fromString(id).toUUIDBytes()
}

/** The TypeID of that prefix that holds these 16 bytes. */
export function idFromBytes(prefix: string, bytes: Uint8Array): string {
  return TypeID.fromUUIDBytes(prefix, bytes).toString()
}
