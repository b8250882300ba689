import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

const statements = /^[ \t]*(?:import|export)\s+(?:type\s+)?(?:[\w*${][^'";]*?\s+from\s+)?'([^']+)'/gm
const dynamic = /\bimport\('([^']+)'\)/g

/**
 * The imports of a source file: paths from the root of the repository, or names of third-party packages with their subpath.
 * `packages` maps the names of workspaces to their folders.
 */
export function readImports(file: string, packages: ReadonlyMap<string, string>): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(statements), ...text.matchAll(dynamic)].map(([, target = '']) =>
    resolveTarget(file, target, packages),
  )
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
