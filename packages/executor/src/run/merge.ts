import { getOwnProperty, isObject, setOwnProperty } from '../lib/own-property.ts'
import type { ResultObject, Run } from './execution.ts'

/** What several targets get of one answer: keys that another fetch writes too are copied for each of them. */
export type WriteConflicts = ReadonlySet<string> | 'all'

/** An answer for several objects. */
export interface SharedAnswer {
  source: ResultObject
  conflicts: WriteConflicts
}

/** Merges an object of an answer into one of the result. Objects merge, lists of one length merge item by item, the rest replaces. */
export function mergeInto(target: ResultObject, source: ResultObject): void {
  for (const key in source) {
    const value = source[key]
    if (value !== undefined) mergeKey(target, key, value)
  }
}

/** Merges one answer into every object that asked for it. */
export function mergeIntoAll(run: Run, targets: readonly ResultObject[], answer: SharedAnswer): void {
  const [only] = targets
  if (only && targets.length === 1) mergeInto(only, answer.source)
  else mergeShared(run, targets, answer)
}

/**
 * What only this fetch writes is shared between them, not copied: whatever comes later comes to all of them alike.
 */
function mergeShared({ shared }: Run, targets: readonly ResultObject[], answer: SharedAnswer): void {
  const { source, conflicts } = answer
  for (const key in source) {
    const value = source[key]
    if (value === undefined) continue
    const isCopied = conflicts === 'all' || conflicts.has(key)
    if (!isCopied && typeof value === 'object' && value !== null) shared.set(value, null)
    for (const target of targets) mergeKey(target, key, isCopied ? copyOf(value) : value)
  }
}

function mergeKey(target: ResultObject, key: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return setOwnProperty(target, key, value)
  const existing = getOwnProperty(target, key)
  if (existing === value) return
  if (isObject(existing) && isObject(value)) mergeInto(existing, value)
  else if (Array.isArray(existing) && Array.isArray(value) && existing.length === value.length)
    mergeLists(existing, value)
  else setOwnProperty(target, key, value)
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (let index = 0; index < source.length; index++) {
    const existing = target[index]
    const value = source[index]
    if (existing === value) continue
    if (isObject(existing) && isObject(value)) mergeInto(existing, value)
    else if (Array.isArray(existing) && Array.isArray(value) && existing.length === value.length)
      mergeLists(existing, value)
    else target[index] = value
  }
}

/** A copy of a value of JSON, all the way down. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isObject(value)) return value
  const copy: ResultObject = {}
  for (const key in value) setOwnProperty(copy, key, copyOf(value[key]))
  return copy
}
