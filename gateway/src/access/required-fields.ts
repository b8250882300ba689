import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql'

/** The type of each field, by parent type. */
type Types = ReadonlyMap<string, ReadonlyMap<string, string>>

/** The fields and types that each field's `@requires` reads, by coordinate. A caller of the field indirectly reads them too. */
export function requiredFields(document: DocumentNode): ReadonlyMap<string, readonly string[]> {
  const holders = document.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION,
  )
  const types: Types = new Map(
    holders.map(({ name, fields = [] }) => [
      name.value,
      new Map(fields.map((field) => [field.name.value, nameOf(field.type)])),
    ]),
  )
  const required = new Map<string, string[]>()
  for (const { name, fields = [] } of holders) {
    for (const field of fields) {
      const reached = requirementsOf(field).flatMap((text) => [...coordinatesIn(types, selectionOf(text), name.value)])
      if (reached.length > 0) required.set(`${name.value}.${field.name.value}`, reached)
    }
  }
  return required
}

function requirementsOf({ directives = [] }: FieldDefinitionNode): string[] {
  return directives.filter(({ name }) => name.value === 'join__field').flatMap(requirementIn)
}

function requirementIn(directive: ConstDirectiveNode): string[] {
  const value = directive.arguments?.find(({ name }) => name.value === 'requires')?.value
  return value?.kind === Kind.STRING ? [value.value] : []
}

function selectionOf(text: string): SelectionSetNode {
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${text} is not a selection set`)
  return operation.selectionSet
}

function* coordinatesIn(types: Types, { selections }: SelectionSetNode, type: string): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue
    const isField = selection.kind === Kind.FIELD
    const inner = isField
      ? (types.get(type)?.get(selection.name.value) ?? '')
      : (selection.typeCondition?.name.value ?? type)
    if (isField) yield `${type}.${selection.name.value}`
    yield inner
    if (selection.selectionSet) yield* coordinatesIn(types, selection.selectionSet, inner)
  }
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type)
}
