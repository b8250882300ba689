import { type DefinitionNode, Kind, type ObjectTypeDefinitionNode } from 'graphql'

/** Codes that are not the name of their type: Apollo's own code stands for input that is not valid. */
const otherCodes: Readonly<Record<string, string>> = { InvalidInput: 'BAD_USER_INPUT' }

/** The code of a refusal: its type's name in capitals, `SEATS_TAKEN` for `SeatsTaken`. */
export function refusalCode(typeName: string): string {
  return otherCodes[typeName] ?? typeName.replaceAll(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** Whether the definition is a type that implements `Refusal`. */
export function isRefusal(node: DefinitionNode): node is ObjectTypeDefinitionNode {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION && (node.interfaces ?? []).some(({ name }) => name.value === 'Refusal')
  )
}
