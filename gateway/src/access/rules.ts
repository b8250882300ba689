import { type ConstDirectiveNode, type DefinitionNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql'
import { requiredFields } from './required-fields.ts'

/** One access rule. `anyOf` is met when all names of one of its sets are. */
export type AccessDemand =
  | { kind: 'public' }
  | { kind: 'authenticated' }
  | { kind: 'scopes' | 'policies'; anyOf: readonly (readonly string[])[] }

/** The access rules by `Type` and `Type.field`. All rules of an element must be met. */
export interface AccessRules {
  demands: ReadonlyMap<string, readonly AccessDemand[]>
}

/** Collects the access rules of `document`. `names` maps the names of directives in the document to the access directives. */
export function collectRules(document: DocumentNode, names: ReadonlyMap<string, string>): AccessRules {
  const demands = new Map<string, AccessDemand[]>()
  for (const node of document.definitions) {
    if (!('name' in node) || !node.name || !('directives' in node)) continue
    keep(demands, node.name.value, demandsOf(node.directives as ConstDirectiveNode[], names))
    for (const field of fieldsOf(node)) {
      keep(demands, `${node.name.value}.${field.name.value}`, demandsOf(field.directives ?? [], names))
    }
  }
  return { demands: withRequired(demands, requiredFields(document)) }
}

/** Adds to a field the rules of the fields and types that its `@requires` reads, transitively. */
function withRequired(
  demands: ReadonlyMap<string, readonly AccessDemand[]>,
  required: ReadonlyMap<string, readonly string[]>,
): Map<string, readonly AccessDemand[]> {
  const all = new Map(demands)
  const demandsAt = (coordinate: string, open: ReadonlySet<string>): AccessDemand[] => {
    if (open.has(coordinate)) return []
    const within = new Set(open).add(coordinate)
    const others = (required.get(coordinate) ?? []).flatMap((other) => demandsAt(other, within))
    return [...(demands.get(coordinate) ?? []), ...others]
  }
  for (const coordinate of required.keys()) {
    const found = demandsAt(coordinate, new Set())
    if (found.length > 0) all.set(coordinate, found)
  }
  return all
}

function keep(demands: Map<string, AccessDemand[]>, coordinate: string, found: AccessDemand[]): void {
  if (found.length > 0) demands.set(coordinate, found)
}

function fieldsOf(node: DefinitionNode) {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
    ? (node.fields ?? [])
    : []
}

function demandsOf(directives: readonly ConstDirectiveNode[], names: ReadonlyMap<string, string>): AccessDemand[] {
  return directives.flatMap((directive): AccessDemand[] => {
    switch (names.get(directive.name.value)) {
      case 'public':
        return [{ kind: 'public' }]
      case 'authenticated':
        return [{ kind: 'authenticated' }]
      case 'requiresScopes':
        return [{ kind: 'scopes', anyOf: setsOf(directive) }]
      case 'policy':
        return [{ kind: 'policies', anyOf: setsOf(directive) }]
      default:
        return []
    }
  })
}

function setsOf(directive: ConstDirectiveNode): string[][] {
  const value = directive.arguments?.[0]?.value
  return value ? (valueFromASTUntyped(value) as string[][]) : []
}
