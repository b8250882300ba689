import type { FindRepresenter, Representer } from '../compile/compile-requires.ts'
import type { ResultObject } from './execution.ts'

/** Objects with equal representations: it is sent once, and the answer is for all of them. */
export interface Group {
  representation: string
  targets: ResultObject[]
  /** The places of the targets among all objects. */
  indexes: number[]
}

interface Link extends Group {
  representer: Representer
  first: ResultObject
  /** The group before it with the same key. */
  next: Link | null
  /** How many groups there are with the same key. */
  depth: number
}

interface Grouping {
  groups: Group[]
  byKey: Map<unknown, Link>
  byText: Map<string, Group>
}

/** So many groups of one key are compared one by one; beyond, their representations are looked up as text. */
const maxDepth = 4

/** Finds the objects that have equal representations, in their order. Objects that have none are left out. */
export function groupEqual(targets: readonly ResultObject[], findRepresenter: FindRepresenter): Group[] {
  const grouping: Grouping = { groups: [], byKey: new Map(), byText: new Map() }
  for (let index = 0; index < targets.length; index++) {
    const target = targets[index] as ResultObject
    const representer = findRepresenter(target)
    if (representer) place(grouping, representer, { target, index })
  }
  return grouping.groups
}

function place({ groups, byKey, byText }: Grouping, representer: Representer, placed: Placed): void {
  const { target, index } = placed
  const key = representer.keyOf(target)
  const newest = byKey.get(key) ?? null
  const same = findSame(newest, representer, target)
  if (same) return join(same, placed)
  const representation = representer.write(target)
  if (representation === null) return
  const depth = (newest?.depth ?? 0) + 1
  const equal = depth > maxDepth ? byText.get(representation) : undefined
  if (equal) return join(equal, placed)
  const made: Link = {
    representation,
    targets: [target],
    indexes: [index],
    representer,
    first: target,
    next: newest,
    depth,
  }
  groups.push(made)
  if (depth > maxDepth) byText.set(representation, made)
  else byKey.set(key, made)
}

interface Placed {
  target: ResultObject
  index: number
}

function join(group: Group, { target, index }: Placed): void {
  group.targets.push(target)
  group.indexes.push(index)
}

function findSame(newest: Link | null, representer: Representer, target: ResultObject): Link | null {
  for (let link = newest; link; link = link.next)
    if (link.representer === representer && representer.isSame(link.first, target)) return link
  return null
}
