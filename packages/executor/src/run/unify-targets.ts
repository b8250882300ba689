import type { FindRepresenter } from '../compile/compile-requires.ts'
import { isObject, propertyReader, setOwnProperty } from '../lib/own-property.ts'
import { type CollectTargets, compileTargets } from './collect-targets.ts'
import { groupEqual } from './dedupe-representations.ts'
import type { Path, ResultObject, Run } from './execution.ts'

/** Objects, and what each lies in: at a name, or at a place of a list. */
interface Lying {
  targets: ResultObject[]
  owners: (ResultObject | unknown[])[]
  keys: (string | number)[]
}

/**
 * Collects the objects at a path that can be represented, after making one of those that are equal: then whatever comes of them is merged
 * and written once. For paths at which objects differ in nothing but what represents them. Null for a list of lists.
 */
export function compileUnifying(path: Path, findRepresenter: FindRepresenter): CollectTargets | null {
  const isList = path.at(-1) === '@'
  const nameAt = path.length - (isList ? 2 : 1)
  const name = String(path[nameAt])
  if (nameAt < 0 || name === '@') return null
  const collectOwners = compileTargets(path.slice(0, nameAt))
  const read = propertyReader(name)
  return (run) => {
    const lying: Lying = { targets: [], owners: [], keys: [] }
    for (const owner of collectOwners(run)) {
      const value = read(owner)
      if (isList) addItems(lying, value)
      else add(lying, value, { owner, key: name })
    }
    return unify(run, lying, findRepresenter)
  }
}

function addItems(lying: Lying, value: unknown): void {
  if (!Array.isArray(value)) return
  for (let key = 0; key < value.length; key++) add(lying, value[key], { owner: value, key })
}

function add(lying: Lying, value: unknown, { owner, key }: { owner: ResultObject | unknown[]; key: string | number }) {
  if (!isObject(value)) return
  lying.targets.push(value)
  lying.owners.push(owner)
  lying.keys.push(key)
}

function unify({ shared }: Run, { targets, owners, keys }: Lying, findRepresenter: FindRepresenter): ResultObject[] {
  return groupEqual(targets, findRepresenter).map(({ targets: equal, indexes }) => {
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
