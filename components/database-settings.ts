import type { ChatDatabase } from "./chat-database";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface DatabaseSettingsArgs {
  server: Server;
  database: ChatDatabase;
  /** Setting name -> value. */
  settings: Record<string, string>;
}

/** What may not be set for the whole of a server that others use too, set for the stack's database alone. */
export class DatabaseSettings extends TaskResource<"DatabaseSettings"> {
  constructor(name: string, { server, database: chat, settings }: DatabaseSettingsArgs) {
    const { machine, within } = server;
    super(
      "DatabaseSettings",
      name,
      { machine, database: chat.database, settings },
      ["set", "notSet"],
      { ...within, provider: chat.ownerTasks, dependsOn: chat },
      { actsAsOwner: true },
    );
  }
}
