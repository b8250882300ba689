import { ExactNumber } from './exact-json.ts'

/** Properties that objects from `JSON.parse` inherit. */
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Reads an own property; undefined when the object has none of that name. */
export type PropertyReader = (source: Record<string, unknown>) => unknown

/** Creates a reader of one property. Clients choose response names, so `constructor` and `__proto__` are valid names. */
export function propertyReader(name: string): PropertyReader {
  return inherited.has(name)
    ? (source) => (Object.hasOwn(source, name) ? source[name] : undefined)
    : (source) => source[name]
}

/** Sets an own property, `__proto__` included. */
export function setOwnProperty(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') target[name] = value
  else Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true })
}

/** Reads an own property by a name that is only known at run time. */
export function getOwnProperty(source: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(source, name) ? source[name] : undefined
}

/** Whether a value is a JSON object, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
}
