import type { ChatDatabase } from "./chat-database";
import type { Server } from "./server";
import { TaskResource } from "./task-resource";

export interface DatabaseSettingsArgs {
  server: Server;
  database: ChatDatabase;
  /** The settings: name -> value. */
  settings: Record<string, string>;
}

/** The settings that the stack sets for its own database only, because other databases share the server. */
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
