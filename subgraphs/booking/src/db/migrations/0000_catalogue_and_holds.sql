CREATE TABLE "events" (
	"id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"slug" text NOT NULL,
	"title" text NOT NULL,
	"category" text DEFAULT 'OTHER' NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"minimum_age" integer,
	"images" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"status" text NOT NULL,
	"cancellation_reason" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone,
	"searchable" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('simple', regexp_replace(normalize("events"."title", NFKD), '[\u0300-\u036f]', '', 'g')), 'A')
        || setweight(to_tsvector('simple', regexp_replace(normalize("events"."description", NFKD), '[\u0300-\u036f]', '', 'g')), 'B')) STORED,
	CONSTRAINT "events_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "performances" (
	"id" text PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"partner_id" text NOT NULL,
	"venue_id" text DEFAULT '' NOT NULL,
	"layout_id" text NOT NULL,
	"status" text NOT NULL,
	"cancellation_reason" text,
	"starts_at" timestamp with time zone NOT NULL,
	"doors_at" timestamp with time zone,
	"ends_at" timestamp with time zone,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"sales_start_at" timestamp with time zone NOT NULL,
	"sales_end_at" timestamp with time zone NOT NULL,
	"max_places_per_person" integer NOT NULL,
	"currency" text NOT NULL,
	"fee_minor" integer DEFAULT 0 NOT NULL,
	"fee_basis_points" integer DEFAULT 0 NOT NULL,
	"tax_basis_points" integer DEFAULT 0 NOT NULL,
	"cancellation_deadline_hours" integer,
	"cancellation_fee_minor" integer DEFAULT 0 NOT NULL,
	"entry_rule" text DEFAULT 'ONCE' NOT NULL,
	"capacity" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "performances_sales" CHECK ("performances"."sales_start_at" < "performances"."sales_end_at"),
	CONSTRAINT "performances_rates" CHECK (least("performances"."fee_minor", "performances"."fee_basis_points", "performances"."tax_basis_points", "performances"."cancellation_fee_minor") >= 0)
);
--> statement-breakpoint
CREATE TABLE "price_tiers" (
	"id" text PRIMARY KEY NOT NULL,
	"performance_id" text NOT NULL,
	"zone" text NOT NULL,
	"name" text NOT NULL,
	"price_minor" integer NOT NULL,
	"ordinal" integer NOT NULL,
	CONSTRAINT "price_tiers_price" CHECK ("price_tiers"."price_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" text PRIMARY KEY NOT NULL,
	"performance_id" text NOT NULL,
	"user_id" text NOT NULL,
	"status" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "places" (
	"performance_id" text NOT NULL,
	"number" integer NOT NULL,
	"section" integer NOT NULL,
	"row" integer,
	"position" integer,
	"zone" text NOT NULL,
	"label" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"hold_id" text,
	"tier_id" text,
	"held_until" timestamp with time zone,
	"house_reason" text,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "places_performance_id_number_pk" PRIMARY KEY("performance_id","number"),
	CONSTRAINT "places_claim" CHECK (("places"."status" in ('HELD', 'BOOKED', 'SOLD')) = ("places"."hold_id" is not null)),
	CONSTRAINT "places_house" CHECK (("places"."status" = 'HOUSE') = ("places"."house_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "layouts" (
	"id" text PRIMARY KEY NOT NULL,
	"venue_id" text NOT NULL,
	"partner_id" text NOT NULL,
	"number" integer NOT NULL,
	"name" text NOT NULL,
	"document" jsonb NOT NULL,
	"capacity" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "partner_members" (
	"partner_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "partner_members_partner_id_user_id_pk" PRIMARY KEY("partner_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "partners" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"may_sell" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"status" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "venues" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"partner_id" text NOT NULL,
	"name" text NOT NULL,
	"city" text NOT NULL,
	"country" text NOT NULL,
	"address_lines" jsonb NOT NULL,
	"time_zone" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "config_values" (
	"key" text NOT NULL,
	"scope" text NOT NULL,
	"value" jsonb,
	"version" integer NOT NULL,
	CONSTRAINT "config_values_key_scope_pk" PRIMARY KEY("key","scope")
);
--> statement-breakpoint
CREATE TABLE "flag_values" (
	"key" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"is_enabled" boolean NOT NULL,
	"percentage" integer NOT NULL,
	"is_killed" boolean NOT NULL,
	"segments" text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"caller_id" text NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"input_hash" text NOT NULL,
	"result" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_caller_id_operation_key_pk" PRIMARY KEY("caller_id","operation","key")
);
--> statement-breakpoint
CREATE TABLE "inbox_events" (
	"event_id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "performances" ADD CONSTRAINT "performances_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "price_tiers" ADD CONSTRAINT "price_tiers_performance_id_performances_id_fk" FOREIGN KEY ("performance_id") REFERENCES "public"."performances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_performance_id_performances_id_fk" FOREIGN KEY ("performance_id") REFERENCES "public"."performances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "places" ADD CONSTRAINT "places_performance_id_performances_id_fk" FOREIGN KEY ("performance_id") REFERENCES "public"."performances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "places" ADD CONSTRAINT "places_hold_id_holds_id_fk" FOREIGN KEY ("hold_id") REFERENCES "public"."holds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "places" ADD CONSTRAINT "places_tier_id_price_tiers_id_fk" FOREIGN KEY ("tier_id") REFERENCES "public"."price_tiers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_members" ADD CONSTRAINT "partner_members_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_partner" ON "events" USING btree ("partner_id","created_at");--> statement-breakpoint
CREATE INDEX "events_searchable" ON "events" USING gin ("searchable");--> statement-breakpoint
CREATE INDEX "events_published" ON "events" USING btree ("category","id") WHERE status = 'PUBLISHED';--> statement-breakpoint
CREATE INDEX "performances_event" ON "performances" USING btree ("event_id","starts_at");--> statement-breakpoint
CREATE INDEX "performances_starts" ON "performances" USING btree ("starts_at") WHERE status in ('SCHEDULED', 'POSTPONED');--> statement-breakpoint
CREATE INDEX "performances_venue" ON "performances" USING btree ("venue_id");--> statement-breakpoint
CREATE INDEX "price_tiers_performance" ON "price_tiers" USING btree ("performance_id","ordinal");--> statement-breakpoint
CREATE INDEX "holds_user" ON "holds" USING btree ("user_id","performance_id");--> statement-breakpoint
CREATE INDEX "holds_active" ON "holds" USING btree ("expires_at") WHERE status = 'ACTIVE';--> statement-breakpoint
CREATE INDEX "places_hold" ON "places" USING btree ("hold_id") WHERE hold_id is not null;--> statement-breakpoint
CREATE INDEX "places_open" ON "places" USING btree ("performance_id","zone","section","row","position") WHERE status in ('FREE', 'HELD');--> statement-breakpoint
CREATE INDEX "layouts_venue" ON "layouts" USING btree ("venue_id","number");--> statement-breakpoint
CREATE INDEX "partner_members_user" ON "partner_members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at" ON "idempotency_keys" USING btree ("created_at");