import { type CorpusGraph, fromReference } from './operation.ts'

type Row = Record<string, unknown>

const all = [
  { __typename: 'Bike', id: 'v1', color: 'red', numberOfWheels: 2 },
  { __typename: 'Boat', id: 'v2', color: 'blue' },
]
const find = ({ id }: Row) => all.find((one) => one.id === id) ?? null

/** Interfaces that implement interfaces, all interface objects in one subgraph. The planner throws on some of these operations. */
export const vehicles: CorpusGraph = {
  name: 'interface objects that implement interfaces',
  isStockWrong: true,
  subgraphs: [
    {
      name: 'garage',
      sdl: `type IVehicle @key(fields: "id") @interfaceObject { id: ID! } type ILandVehicle @key(fields: "id") @interfaceObject { id: ID! axles: Int note: String @requires(fields: "color") color: String @external }
        type Query { mine: [IVehicle]! onLand: ILandVehicle }`,
      resolvers: {
        Query: { mine: () => [{ id: 'v1' }, { id: 'v2' }, null], onLand: () => ({ id: 'v1' }) },
        IVehicle: fromReference(),
        ILandVehicle: fromReference({
          axles: ({ id }: Row) => Number(String(id).slice(1)),
          note: ({ color }: Row) => `is ${color}`,
        }),
      },
    },
    {
      name: 'makers',
      sdl: `interface IVehicle @key(fields: "id") { id: ID! color: String } interface ILandVehicle implements IVehicle @key(fields: "id") { id: ID! color: String numberOfWheels: Int! }
        type Bike implements ILandVehicle & IVehicle @key(fields: "id") { id: ID! color: String numberOfWheels: Int! } type Boat implements IVehicle @key(fields: "id") { id: ID! color: String }`,
      resolvers: Object.fromEntries(
        ['IVehicle', 'ILandVehicle', 'Bike', 'Boat'].map((type) => [type, { __resolveReference: find }]),
      ),
    },
  ],
  operations: [
    {
      query: '{ mine { id ... on ILandVehicle { numberOfWheels } } }',
      data: { mine: [{ id: 'v1', numberOfWheels: 2 }, { id: 'v2' }, null] },
    },
    {
      query: '{ mine { __typename ... on ILandVehicle { id } ... on Boat { color } } }',
      data: { mine: [{ __typename: 'Bike', id: 'v1' }, { __typename: 'Boat', color: 'blue' }, null] },
    },
    {
      query:
        '{ mine { ...L ... on IVehicle { color ... on IVehicle { key: id } } } } fragment L on ILandVehicle { axles note }',
      data: { mine: [{ axles: 1, note: 'is red', color: 'red', key: 'v1' }, { color: 'blue', key: 'v2' }, null] },
    },
    {
      query:
        'query ($on: Boolean!) { mine { ... on ILandVehicle @include(if: $on) { note axles } color @skip(if: $on) id } onLand { axles __typename } }',
      variables: { on: true },
      data: {
        mine: [{ note: 'is red', axles: 1, id: 'v1' }, { id: 'v2' }, null],
        onLand: { axles: 1, __typename: 'Bike' },
      },
    },
    {
      query: '{ onLand { color ... on IVehicle { id ... on Bike { numberOfWheels note } } } }',
      data: { onLand: { color: 'red', id: 'v1', numberOfWheels: 2, note: 'is red' } },
    },
  ],
}
