import { messagesByHour, peakHours } from "../checks/diurnal-variation";
import { formatPercent, round } from "../../common/format";
import { unknown, type Question } from "./question";
import { messageProfile } from "../passes/message-profile";

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The least share of messages in the six peak hours. Six hours are a quarter of the day, and 1.5 times that is 0.375. */
const PEAK_SHARE = 0.375;
/** The least ratio of weekdays. Chats of offices and universities have twice this difference, and chance far less from 10,000 messages on. */
const WEEKDAY_RATIO = 1.1;

/** Good when both bounds are met, otherwise a notice. Weekdays without messages are left out. */
export const weekProfile: Question = {
  key: "week_profile",
  name: "Weekdays and peak hours",
  subject: "time",
  expected: `at least ${formatPercent(PEAK_SHARE)} of messages in the six peak hours; the busiest weekday at least ${WEEKDAY_RATIO} times the quietest`,
  needs: ["messages.createdAt"],
  async answer({ snapshot, analysis }) {
    const { week, days } = await messageProfile(snapshot);
    analysis.week = week;
    const byHour = messagesByHour(week);
    const messages = sum(byHour);
    if (messages === 0) return unknown("There are no messages with a time.");
    const peaks = peakHours(byHour);
    const share = sum(peaks.map((hour) => byHour[hour]!)) / messages;
    const busyness = week.map((day, weekday) => sum(day) / Math.max(1, days[weekday]!));
    const present = busyness.filter((each) => each > 0);
    const [most, least] = [Math.max(...present), Math.min(...present)];
    const name = (each: number): string => weekdays[busyness.indexOf(each)]!;
    return {
      outcome: share >= PEAK_SHARE && most / least >= WEEKDAY_RATIO ? "good" : "notice",
      value: share,
      measured:
        `peak hours ${peaks.join(", ")} UTC hold ${formatPercent(share)} of messages; ` +
        (present.length > 1
          ? `a ${name(most)} has ${round(most / least, 2)} times the messages of a ${name(least)}`
          : `all messages are from a ${name(most)}`),
    };
  },
};

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
