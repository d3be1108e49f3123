CREATE TABLE "workspace_deletions" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"requested_by" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"telemetry_rows" jsonb,
	"control_rows" jsonb,
	"finished_at" timestamp (3) with time zone,
	"held_until" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "workspace_deletions_changed" ON "workspace_deletions" USING btree ("changed_at");--> statement-breakpoint
CREATE INDEX "workspaces_changed" ON "workspaces" USING btree ("changed_at");