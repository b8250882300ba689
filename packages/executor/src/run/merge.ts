import { getOwnProperty, isObject, setOwnProperty } from '../lib/own-property.ts'
import type { Execution, ResultObject } from './execution.ts'

/** Response names that another fetch writes too. Their values are copied for each target instead of shared. */
export type WriteConflicts = ReadonlySet<string> | 'all'

/** A result for several objects. */
export interface SharedResult {
  source: ResultObject
  conflicts: WriteConflicts
}

/** Merges a response object into the result. Objects merge, lists of equal length merge item by item, other values are replaced. */
export function mergeInto(target: ResultObject, source: ResultObject): void {
  for (const key in source) {
    const value = source[key]
    if (value !== undefined) mergeKey(target, key, value)
  }
}

/** Merges a result into all its target objects. */
export function mergeIntoAll(execution: Execution, targets: readonly ResultObject[], result: SharedResult): void {
  const [only] = targets
  if (only && targets.length === 1) mergeInto(only, result.source)
  else mergeShared(execution, targets, result)
}

/**
 * Targets share values that only this fetch writes, because later changes to them apply to all targets.
 */
function mergeShared({ shared }: Execution, targets: readonly ResultObject[], result: SharedResult): void {
  const { source, conflicts } = result
  for (const key in source) {
    const value = source[key]
    if (value === undefined) continue
    const mustCopy = conflicts === 'all' || conflicts.has(key)
    if (!mustCopy && typeof value === 'object' && value !== null) shared.set(value, null)
    for (const target of targets) mergeKey(target, key, mustCopy ? copyJson(value) : value)
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

/** A deep copy of a JSON value. */
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  if (!isObject(value)) return value
  const copy: ResultObject = {}
  for (const key in value) setOwnProperty(copy, key, copyJson(value[key]))
  return copy
}
