import { ExactNumber } from './exact-json.ts'

/** Names that every object of JSON.parse answers to although its JSON does not hold them. */
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Reads a property that the JSON itself held; undefined where it did not. */
export type Read = (source: Record<string, unknown>) => unknown

/** A reader of one property. Clients choose response names, so `constructor` and `__proto__` are names like any other. */
export function readerOf(name: string): Read {
  return inherited.has(name)
    ? (source) => (Object.hasOwn(source, name) ? source[name] : undefined)
    : (source) => source[name]
}

/** Sets a property of the object itself, whatever its name. */
export function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') target[name] = value
  else Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true })
}

/** Reads a property of the object itself by a name known only now. */
export function getOwn(source: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(source, name) ? source[name] : undefined
}

/** Whether a value is an object of JSON, and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
}
