import type { FindRepresentationWriter, RepresentationWriter } from '../compile/compile-requires.ts'
import type { ResultObject } from './execution.ts'

/** Objects with equal representations. One is sent, and all get its result. */
export interface RepresentationGroup {
  representation: string
  targets: ResultObject[]
  /** The indexes of the targets among all objects. */
  indexes: number[]
}

interface GroupNode extends RepresentationGroup {
  writer: RepresentationWriter
  first: ResultObject
  /** The previous group with the same key. */
  next: GroupNode | null
  /** The number of groups with the same key. */
  depth: number
}

interface GroupState {
  groups: RepresentationGroup[]
  byKey: Map<unknown, GroupNode>
  byText: Map<string, RepresentationGroup>
}

/** The number of groups with one key to compare. Further groups are looked up by text, which keeps deduplication linear. */
const maxComparisons = 4

/** Groups objects by equal representations, in order. Objects without a representation are left out. */
export function dedupeRepresentations(
  targets: readonly ResultObject[],
  findWriter: FindRepresentationWriter,
): RepresentationGroup[] {
  const state: GroupState = { groups: [], byKey: new Map(), byText: new Map() }
  for (let index = 0; index < targets.length; index++) {
    const target = targets[index] as ResultObject
    const writer = findWriter(target)
    if (writer) addTarget(state, writer, { target, index })
  }
  return state.groups
}

function addTarget({ groups, byKey, byText }: GroupState, writer: RepresentationWriter, indexed: IndexedTarget): void {
  const { target, index } = indexed
  const key = writer.keyOf(target)
  const head = byKey.get(key) ?? null
  const equalGroup = findEqualGroup(head, writer, target)
  if (equalGroup) return addToGroup(equalGroup, indexed)
  const representation = writer.write(target)
  if (representation === null) return
  const depth = (head?.depth ?? 0) + 1
  const groupWithSameText = depth > maxComparisons ? byText.get(representation) : undefined
  if (groupWithSameText) return addToGroup(groupWithSameText, indexed)
  const group: GroupNode = {
    representation,
    targets: [target],
    indexes: [index],
    writer,
    first: target,
    next: head,
    depth,
  }
  groups.push(group)
  if (depth > maxComparisons) byText.set(representation, group)
  else byKey.set(key, group)
}

interface IndexedTarget {
  target: ResultObject
  index: number
}

function addToGroup(group: RepresentationGroup, { target, index }: IndexedTarget): void {
  group.targets.push(target)
  group.indexes.push(index)
}

function findEqualGroup(head: GroupNode | null, writer: RepresentationWriter, target: ResultObject): GroupNode | null {
  for (let node = head; node; node = node.next)
    if (node.writer === writer && writer.isSame(node.first, target)) return node
  return null
}
