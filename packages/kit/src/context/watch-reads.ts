/** Watches properties of an object from now on. The function returned tells whether any of them was read. */
export function watchReads<T extends object>(object: T, names: readonly (keyof T)[]): () => boolean {
  let wasRead = false
  for (const name of names) {
    const value = object[name]
    const get = () => {
      wasRead = true
      return value
    }
    Object.defineProperty(object, name, { configurable: true, enumerable: true, get })
  }
  return () => wasRead
}
