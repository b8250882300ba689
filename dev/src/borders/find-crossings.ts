import { globSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** What a module names to get another: `from '…'`, `import('…')`, `import '…'` and `new URL('…', import.meta.url)`. */
const specifiers = /(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*'(\.{1,2}\/[^']+)'/g

/** Each import by which a subgraph reaches out of its folder: it meets others in the graph, and shares code through packages. */
export function findCrossings(root: string): string[] {
  const files = globSync('subgraphs/*/**/*.ts', { cwd: root, exclude: (path) => /node_modules/.test(path) }).toSorted()
  return files.flatMap((file) => {
    const own = `${file.split(sep).slice(0, 2).join(sep)}${sep}`
    const found = [...readFileSync(join(root, file), 'utf8').matchAll(specifiers)].map((match) => match[1] ?? '')
    const outside = found.filter((specifier) => isModule(specifier) && !join(dirname(file), specifier).startsWith(own))
    return outside.map((specifier) => `${file}: ${specifier}`)
  })
}

function isModule(specifier: string): boolean {
  return /\.[cm]?[jt]s$/.test(specifier)
}
