import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** One import of a file: a path from the root of the repository, or the name of a third party's package with its subpath. */
export interface Import {
  target: string
  isTypeOnly: boolean
}

const statements = /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*${][^'";]*?\s+from\s+)?'([^']+)'/gm
const dynamic = /\bimport\('([^']+)'\)/g

/** What a source imports. `packages` gives the folder that stands behind a workspace's name. */
export function readImports(file: string, packages: ReadonlyMap<string, string>): Import[] {
  const text = readFileSync(file, 'utf8')
  const found = [
    ...[...text.matchAll(statements)].map(([, type, target = '']) => ({ target, isTypeOnly: Boolean(type) })),
    ...[...text.matchAll(dynamic)].map(([, target = '']) => ({ target, isTypeOnly: false })),
  ]
  return found.map((each) => ({ ...each, target: resolveTarget(file, each.target, packages) }))
}

function resolveTarget(file: string, target: string, packages: ReadonlyMap<string, string>): string {
  if (target.startsWith('.')) return posix.normalize(posix.join(posix.dirname(file), target))
  const [, name = '', subpath] = /^(@tikitu\/[\w-]+)(?:\/(.+))?$/.exec(target) ?? []
  const folder = packages.get(name)
  if (!folder) return target
  if (!subpath) return `${folder}/index`
  const candidates = [`${folder}/src/${subpath}.ts`, `${folder}/${subpath}.ts`, `${folder}/${subpath}`]
  return candidates.find((path) => existsSync(path)) ?? `${folder}/${subpath}`
}
