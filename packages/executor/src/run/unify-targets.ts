import type { FindRepresentationWriter } from '../compile/compile-requires.ts'
import { isObject, propertyReader, setOwnProperty } from '../lib/own-property.ts'
import { type CollectTargets, compileTargets } from './collect-targets.ts'
import { dedupeRepresentations } from './dedupe-representations.ts'
import type { Execution, Path, ResultObject } from './execution.ts'

/** Objects, each with its parent and its key or index there. */
interface TargetSlots {
  targets: ResultObject[]
  owners: (ResultObject | unknown[])[]
  keys: (string | number)[]
}

/**
 * Collects the representable objects at a path after replacing equal ones by a single object, so that their results are merged and
 * written once. Only for paths whose objects have no other fields than their representations. Null for lists of lists.
 */
export function compileUnifyTargets(path: Path, findWriter: FindRepresentationWriter): CollectTargets | null {
  const isList = path.at(-1) === '@'
  const nameAt = path.length - (isList ? 2 : 1)
  const name = String(path[nameAt])
  if (nameAt < 0 || name === '@') return null
  const collectOwners = compileTargets(path.slice(0, nameAt))
  const read = propertyReader(name)
  return (execution) => {
    const slots: TargetSlots = { targets: [], owners: [], keys: [] }
    for (const owner of collectOwners(execution)) {
      const value = read(owner)
      if (isList) addItems(slots, value)
      else addSlot(slots, value, { owner, key: name })
    }
    return unifySlots(execution, slots, findWriter)
  }
}

function addItems(slots: TargetSlots, value: unknown): void {
  if (!Array.isArray(value)) return
  for (let key = 0; key < value.length; key++) addSlot(slots, value[key], { owner: value, key })
}

function addSlot(
  slots: TargetSlots,
  value: unknown,
  { owner, key }: { owner: ResultObject | unknown[]; key: string | number },
) {
  if (!isObject(value)) return
  slots.targets.push(value)
  slots.owners.push(owner)
  slots.keys.push(key)
}

function unifySlots(
  { shared }: Execution,
  { targets, owners, keys }: TargetSlots,
  findWriter: FindRepresentationWriter,
): ResultObject[] {
  return dedupeRepresentations(targets, findWriter).map(({ targets: equal, indexes }) => {
    const one = equal[0] as ResultObject
    if (equal.length > 1) shared.set(one, null)
    for (let place = 1; place < indexes.length; place++) {
      const index = indexes[place] as number
      const owner = owners[index]
      const key = keys[index] as string | number
      if (Array.isArray(owner)) owner[Number(key)] = one
      else if (owner) setOwnProperty(owner, String(key), one)
    }
    return one
  })
}
