import { Forbidden, InvalidInput, InvalidState, NotFound, VersionConflict } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { eventInput, onSale, organizer, partnerUser } from '../../../test/factories-catalogue.ts'
import { SlugTaken } from '../../errors.ts'
import { cancelEvent } from './cancel-event.ts'
import { createEvent } from './create-event.ts'
import { updateEvent } from './update-event.ts'

const database = useDatabase(migrations)

test('changes what is named and leaves the rest', async () => {
  const { manager, partnerId } = await organizer(database)
  const ctx = ctxOf(database, manager)
  const event = await createEvent(ctx, eventInput(partnerId, { minimumAge: 16 }))
  const changed = await updateEvent(ctx, { eventId: event.id, title: 'Hamlet again' })
  expect(changed).toMatchObject({ title: 'Hamlet again', minimumAge: 16, version: 2, description: event.description })
  expect(await updateEvent(ctx, { eventId: event.id, minimumAge: null })).toMatchObject({
    minimumAge: null,
    version: 3,
  })
  await expect(updateEvent(ctx, { eventId: event.id, description: null })).rejects.toThrow(InvalidInput)
})

test('lets one of two who read the same version change it', async () => {
  const { manager, partnerId } = await organizer(database)
  const event = await createEvent(ctxOf(database, manager), eventInput(partnerId))
  const change = (title: string) =>
    updateEvent(ctxOf(database, manager), { eventId: event.id, expectedVersion: 1, title })
  const outcomes = await Promise.allSettled([change('A'), change('B')])
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refusals).toMatchObject([
    { reason: { code: new VersionConflict('event', 2).code, details: { currentVersion: 2 } } },
  ])
})

test('checks version 0 like any other', async () => {
  const { manager, partnerId } = await organizer(database)
  const ctx = ctxOf(database, manager)
  const event = await createEvent(ctx, eventInput(partnerId))
  await expect(updateEvent(ctx, { eventId: event.id, expectedVersion: 0 })).rejects.toThrow(VersionConflict)
})

test('keeps the slug of a published event, and refuses a taken slug', async () => {
  const show = await onSale(database)
  const ctx = ctxOf(database, show.by.manager)
  await expect(updateEvent(ctx, { eventId: show.event.id, slug: 'new' })).rejects.toThrow(InvalidState)
  const draft = await createEvent(ctx, eventInput(show.by.partnerId))
  await expect(updateEvent(ctx, { eventId: draft.id, slug: show.event.slug })).rejects.toThrow(SlugTaken)
})

test('refuses strangers, members of lesser roles, and a cancelled event', async () => {
  const { by, event } = await onSale(database)
  const input = { eventId: event.id, title: 'X' }
  await expect(updateEvent(ctxOf(database, partnerUser()), input)).rejects.toThrow(NotFound)
  await expect(updateEvent(ctxOf(database, by.scanner), input)).rejects.toThrow(Forbidden)
  await cancelEvent(ctxOf(database, by.manager), { eventId: event.id, reason: 'Ill' })
  await expect(updateEvent(ctxOf(database, by.manager), input)).rejects.toThrow(InvalidState)
})
