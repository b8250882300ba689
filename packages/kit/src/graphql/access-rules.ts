import {
  type ConstDirectiveNode,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql'
import type { Viewer } from '../auth/viewer.ts'
import { Forbidden, Unauthenticated } from '../base/errors.ts'

/** Who may read a field: everybody, signed-in users, or users with all scopes of one of the sets. */
export type AccessRule =
  | { kind: 'public' }
  | { kind: 'authenticated' }
  | { kind: 'scopes'; anyOf: readonly (readonly string[])[] }

const federationFields = new Set(['_entities', '_service'])

/**
 * Makes every field of `schema` that carries `@authenticated` or `@requiresScopes` refuse unauthorized callers.
 * @throws when a root field has no access directive
 */
export function enforceAccess(schema: GraphQLSchema): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    const fields = Object.values(type.getFields()).filter((field) => !federationFields.has(field.name))
    for (const field of fields) guardField(field, type, roots.includes(type))
  }
}

function guardField(field: GraphQLField<unknown, { viewer: Viewer }>, type: GraphQLObjectType, isRoot: boolean): void {
  const rule = ruleOf(field.astNode?.directives) ?? ruleOf(directivesOfType(type))
  if (!rule && isRoot) {
    throw new Error(`${type.name}.${field.name} needs an access directive: @public, @authenticated or @requiresScopes`)
  }
  if (!rule || rule.kind === 'public') return
  field.resolve = guarded(rule, field.resolve ?? defaultFieldResolver)
  if (field.subscribe) field.subscribe = guarded(rule, field.subscribe)
}

/** Checks a viewer against the rule. @throws {Unauthenticated | Forbidden} */
export function checkAccess(rule: AccessRule, viewer: Viewer): void {
  if (rule.kind === 'public' || viewer.kind === 'service') return
  if (viewer.kind === 'anonymous') throw new Unauthenticated()
  if (rule.kind === 'authenticated') return
  const isLetIn = rule.anyOf.some((all) => all.every((scope) => viewer.groups.includes(scope)))
  if (!isLetIn)
    throw new Forbidden(`Requires one of these roles: ${rule.anyOf.map((all) => all.join(' and ')).join(', ')}.`)
}

/** The rule of a field's or type's directives; null when there are none. */
export function ruleOf(directives: readonly ConstDirectiveNode[] | undefined): AccessRule | null {
  for (const directive of directives ?? []) {
    const name = directive.name.value
    if (name === 'public') return { kind: 'public' }
    if (name === 'authenticated') return { kind: 'authenticated' }
    if (name === 'requiresScopes') return { kind: 'scopes', anyOf: scopesOf(directive) }
  }
  return null
}

function scopesOf(directive: ConstDirectiveNode): string[][] {
  const scopes = directive.arguments?.find((argument) => argument.name.value === 'scopes')
  return scopes ? (valueFromASTUntyped(scopes.value) as string[][]) : []
}

function directivesOfType(type: GraphQLObjectType): ConstDirectiveNode[] {
  return [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? [])
}

function guarded(
  rule: AccessRule,
  resolve: GraphQLFieldResolver<unknown, { viewer: Viewer }>,
): GraphQLFieldResolver<unknown, { viewer: Viewer }> {
  return (...call) => {
    checkAccess(rule, call[2].viewer)
    return resolve(...call)
  }
}
