CREATE TABLE "bank_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"holder_name" text NOT NULL,
	"country" text NOT NULL,
	"account_number" text NOT NULL,
	"bank_code" text,
	"status" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"confirmed_by" text,
	"confirmed_at" timestamp with time zone,
	CONSTRAINT "bank_accounts_two_persons" CHECK ("bank_accounts"."confirmed_by" <> "bank_accounts"."proposed_by"),
	CONSTRAINT "bank_accounts_confirmed" CHECK (("bank_accounts"."status" in ('IN_USE', 'REPLACED')) = ("bank_accounts"."confirmed_by" is not null))
);
--> statement-breakpoint
CREATE TABLE "partner_document_contents" (
	"document_id" text PRIMARY KEY NOT NULL,
	"content" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "partner_documents" (
	"id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"kind" text NOT NULL,
	"file_name" text NOT NULL,
	"content_type" text NOT NULL,
	"byte_size" integer NOT NULL,
	"sha256" text NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"valid_until" date,
	"uploaded_by" text NOT NULL,
	"uploaded_at" timestamp with time zone NOT NULL,
	"reviewed_by" text,
	"reviewed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "partner_invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" text NOT NULL,
	"status" text NOT NULL,
	"invited_by" text NOT NULL,
	"accepted_by" text,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "partner_invitations_tokenHash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "partner_members" (
	"id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"joined_at" timestamp with time zone NOT NULL,
	CONSTRAINT "partner_members_person" UNIQUE("partner_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "partners" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"website" text,
	"logo" text,
	"legal_name" text NOT NULL,
	"registration_number" text NOT NULL,
	"tax_number" text,
	"country" text NOT NULL,
	"address_lines" text[] NOT NULL,
	"contact_email" text NOT NULL,
	"contact_phone" text,
	"status" text NOT NULL,
	"status_reason" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"submitted_at" timestamp with time zone,
	"decided_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"status" text NOT NULL,
	"email" text
);
--> statement-breakpoint
CREATE TABLE "layout_documents" (
	"layout_id" text PRIMARY KEY NOT NULL,
	"document" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "layouts" (
	"id" text PRIMARY KEY NOT NULL,
	"venue_id" text NOT NULL,
	"partner_id" text NOT NULL,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"number" integer,
	"capacity" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone,
	CONSTRAINT "layouts_number" UNIQUE("venue_id","number"),
	CONSTRAINT "layouts_published" CHECK (("layouts"."status" = 'PUBLISHED') = ("layouts"."number" is not null))
);
--> statement-breakpoint
CREATE TABLE "venues" (
	"id" text PRIMARY KEY NOT NULL,
	"partner_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"address_lines" text[] NOT NULL,
	"city" text NOT NULL,
	"postal_code" text,
	"country" text NOT NULL,
	"latitude" double precision,
	"longitude" double precision,
	"time_zone" text NOT NULL,
	"capacity" integer NOT NULL,
	"accessibility_features" text[] NOT NULL,
	"accessibility_notes" text,
	"images" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "venues_capacity" CHECK ("venues"."capacity" > 0),
	CONSTRAINT "venues_location" CHECK (("venues"."latitude" is null) = ("venues"."longitude" is null)),
	CONSTRAINT "venues_globe" CHECK (abs("venues"."latitude") <= 90 and abs("venues"."longitude") <= 180)
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
ALTER TABLE "bank_accounts" ADD CONSTRAINT "bank_accounts_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_document_contents" ADD CONSTRAINT "partner_document_contents_document_id_partner_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."partner_documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_documents" ADD CONSTRAINT "partner_documents_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_invitations" ADD CONSTRAINT "partner_invitations_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "partner_members" ADD CONSTRAINT "partner_members_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "layout_documents" ADD CONSTRAINT "layout_documents_layout_id_layouts_id_fk" FOREIGN KEY ("layout_id") REFERENCES "public"."layouts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "layouts" ADD CONSTRAINT "layouts_venue_id_venues_id_fk" FOREIGN KEY ("venue_id") REFERENCES "public"."venues"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "venues" ADD CONSTRAINT "venues_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bank_accounts_partner" ON "bank_accounts" USING btree ("partner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bank_accounts_proposed" ON "bank_accounts" USING btree ("partner_id") WHERE status = 'PROPOSED';--> statement-breakpoint
CREATE UNIQUE INDEX "bank_accounts_in_use" ON "bank_accounts" USING btree ("partner_id") WHERE status = 'IN_USE';--> statement-breakpoint
CREATE INDEX "partner_documents_partner" ON "partner_documents" USING btree ("partner_id","id");--> statement-breakpoint
CREATE INDEX "partner_documents_running_out" ON "partner_documents" USING btree ("valid_until") WHERE status = 'APPROVED';--> statement-breakpoint
CREATE UNIQUE INDEX "partner_invitations_open" ON "partner_invitations" USING btree ("partner_id",lower(email)) WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX "partner_members_user" ON "partner_members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "partners_status" ON "partners" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "partners_created_by" ON "partners" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "layouts_venue" ON "layouts" USING btree ("venue_id","id");--> statement-breakpoint
CREATE INDEX "venues_partner" ON "venues" USING btree ("partner_id","name","id");--> statement-breakpoint
CREATE INDEX "venues_city" ON "venues" USING btree (lower(city),"name","id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at" ON "idempotency_keys" USING btree ("created_at");