import type { Pass } from "../pass";
import { activity } from "./activity";
import { messages } from "./messages";
import { order } from "./order";
import { relations } from "./relations";
import { rooms } from "./rooms";
import { tables } from "./tables";

/** All passes. The first one sets the window, which others need. */
export const passes: readonly Pass[] = [activity, rooms, messages, order, relations, tables];
