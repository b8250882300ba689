import { anonymous } from '@tikitu/kit/auth/viewer'
import { Forbidden, InvalidInput, NotFound, Unauthenticated } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { eventInput, organizer, partnerUser } from '../../../test/factories-catalogue.ts'
import { SlugTaken } from '../../errors.ts'
import { createEvent } from './create-event.ts'
import { eventFields } from './event-input.ts'

const database = useDatabase(migrations)

test('drafts an event with an address made from its title, and tells the audit log', async () => {
  const { manager, partnerId } = await organizer(database)
  const images = [{ url: 'https://img.example/a.jpg', alt: 'A skull' }]
  const event = await createEvent(ctxOf(database, manager), eventInput(partnerId, { title: ' Élektra! ', images }))
  expect(event).toMatchObject({ title: 'Élektra!', slug: 'elektra', status: 'DRAFT', version: 1, images })
  const facts = (await outboxOf(database.db)).filter(({ event: fact }) => fact.subject === event.id)
  expect(facts.map(({ event: fact }) => fact.data)).toMatchObject([
    { eventId: event.id, version: 1, partnerId, title: 'Élektra!', status: 'DRAFT' },
    { action: 'createEvent', subjectType: 'Event', subjectId: event.id, partnerId },
  ])
})

test('derives a unique slug for a second event of the same title, and refuses a taken slug', async () => {
  const { manager, partnerId } = await organizer(database)
  const make = (overrides: object) => createEvent(ctxOf(database, manager), eventInput(partnerId, overrides))
  await make({ title: 'Medea' })
  expect((await make({ title: 'Medea' })).slug).toMatch(/^medea-[a-z0-9]{5}$/)
  const refusal = await make({ title: 'X', slug: 'medea' }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(SlugTaken)
  expect(refusal).toMatchObject({ code: 'SLUG_TAKEN', suggestion: expect.stringMatching(/^medea-[a-z0-9]{5}$/) })
})

test.each([
  ['交響楽の夕べ 2027', /^jiao-xiang-le-no-?xi-?be-2027$/],
  ['Straßenfest in Łódź & Øresund', /^strassenfest-in-lodz-oresund$/],
  ['Zu\u0308rich: Don\u2019t', /^zurich-dont$/],
  ['हिन्दी', /^[a-z-]+$/],
  ['ดนตรี', /^[a-z-]+$/],
  ['موسيقى', /^[a-z-]+$/],
  ['Чайковский', /^chaykovskiy$/],
  ['🎉 !!!', /^event$/],
  ['🎊 ???', /^event-[a-z0-9]{5}$/],
  ['交'.repeat(200), /^(jiao-){5,}jia?o?$/],
])('makes an address that anybody can type of %s', async (title, slug) => {
  const { manager, partnerId } = await organizer(database)
  const { slug: made } = await createEvent(ctxOf(database, manager), eventInput(partnerId, { title }))
  expect(made).toMatch(slug)
  expect(eventFields.slug.parse(made)).toBe(made)
})

test('answers a repeated request with the same event', async () => {
  const { manager, partnerId } = await organizer(database)
  const input = eventInput(partnerId, { idempotencyKey: 'once' })
  const ctx = ctxOf(database, manager)
  const [first, second] = await Promise.all([createEvent(ctx, input), createEvent(ctx, input)])
  expect(second?.id).toBe(first?.id)
})

test('refuses strangers, lower roles and anonymous callers', async () => {
  const { scanner, partnerId } = await organizer(database)
  await expect(createEvent(ctxOf(database, partnerUser()), eventInput(partnerId))).rejects.toThrow(NotFound)
  await expect(createEvent(ctxOf(database, scanner), eventInput(partnerId))).rejects.toThrow(Forbidden)
  await expect(createEvent(ctxOf(database, anonymous), eventInput(partnerId))).rejects.toThrow(Unauthenticated)
})

test.each([
  ['title', { title: '  ' }],
  ['title', { title: 'x'.repeat(201) }],
  ['title', { title: 'Two\nlines' }],
  ['title', { title: 'a\u202eb' }],
  ['images[0].alt', { images: [{ url: 'https://img.example/a.jpg', alt: 'a\u200bb' }] }],
  ['slug', { slug: 'Not A Slug' }],
  ['minimumAge', { minimumAge: -1 }],
  ['images[0].url', { images: [{ url: 'http://img.example/a.jpg', alt: '' }] }],
  ['images[0].url', { images: [{ url: 'javascript:alert(1)', alt: '' }] }],
])('names the field %s when it is wrong', async (field, overrides) => {
  const { manager, partnerId } = await organizer(database)
  const refusal = await createEvent(ctxOf(database, manager), eventInput(partnerId, overrides)).catch(
    (error: unknown) => error,
  )
  expect(refusal).toBeInstanceOf(InvalidInput)
  expect((refusal as InvalidInput).fields.map((problem) => problem.field)).toEqual([field])
})
