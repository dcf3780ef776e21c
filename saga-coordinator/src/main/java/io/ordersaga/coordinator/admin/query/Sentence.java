package io.ordersaga.coordinator.admin.query;

import java.util.Map;

/// What can be said about why a transaction is where it is. An [Explanation] is one or several of them.
enum Sentence {
    SUCCEEDED("succeeded", "All {steps} steps succeeded at {finished}, {duration} after the submit."),
    ROLLED_BACK("rolled_back", "It was rolled back completely at {finished}, {duration} after the submit."),
    BECAUSE("because", "The reason: \"{reason}\"."),
    ROLLING_BACK("rolling_back", "It is being rolled back: \"{reason}\"."),
    PAUSED("paused", "Somebody paused it: \"{hold}\". Nothing happens until somebody resumes it."),
    PARKED("parked", "It was set aside: \"{hold}\". Nothing happens until somebody releases it."),
    UNREADABLE(
            "unreadable",
            "This coordinator cannot read it: \"{error}\". A newer one may; nothing happens to it here until then."),
    PREPARED_MESSAGE(
            "prepared.message",
            "Its sender has not said yet whether it is to be delivered; {call} at {target} is asked at {due}, in {wait}."),
    PREPARED_BRANCHES(
            "prepared.branches",
            "Its application has neither submitted nor aborted it yet; it is aborted at {due}, in {wait}."),
    PREPARED_WORKFLOW(
            "prepared.workflow",
            "Its application has not finished yet; {call} at {target} is called back at {due}, in {wait}."),
    RUNNING("running", "Node {owner} is calling step {step}, {call} at {target}."),
    RUNNING_AGAIN(
            "running.again",
            "Node {owner} is calling step {step}, {call} at {target}, again; it failed {count} times, last with"
                    + " \"{error}\" at {time}."),
    RUNNING_NOTHING("running.nothing", "Node {owner} is about to finish it."),
    ABANDONED(
            "abandoned",
            "Node {owner} had it and has been silent since {due}; another node takes it over within seconds."),
    OVERDUE("overdue", "It is due since {due}; a node takes it as soon as it has room."),
    WAITING("waiting", "It goes on at {due}, in {wait}."),
    WAITING_FAILED(
            "waiting.failed",
            "Step {step}, {call} at {target}, failed {count} times, last with \"{error}\" at {time} on node {node};"
                    + " next try at {due}, in {wait}."),
    WAITING_ONGOING(
            "waiting.ongoing",
            "Step {step}, {call} at {target}, has said {count} times that it is still working, last at {time}; it is"
                    + " asked again at {due}, in {wait}."),
    WAITING_REFUSED(
            "waiting.refused",
            "Step {step}, {call} at {target}, has refused {count} times, last with \"{error}\" at {time}, and a"
                    + " roll-back cannot be refused; next try at {due}, in {wait}."),
    WAITING_LEFT_ALONE(
            "waiting.left_alone",
            "Step {step}, {call}, waits because {target} did not answer of late; next try at {due}, in {wait}."),
    WAITING_PAUSED("waiting.paused", "Step {step}, {call}, waits because somebody paused {target}."),
    LAST_CALL(
            "last_call", "Step {step}, {call} at {target}, had failed {count} times, last with \"{error}\" at {time}."),
    DEADLINE("deadline", "Without success it is rolled back at {deadline}, in {deadline_in}.");

    private final String id;
    private final String english;

    Sentence(String id, String english) {
        this.id = id;
        this.english = english;
    }

    String id() {
        return id;
    }

    /// @throws IllegalStateException when an argument is missing
    String text(Map<String, String> arguments) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        while (next < english.length()) {
            int gap = english.indexOf('{', next);
            if (gap < 0) {
                break;
            }
            int end = english.indexOf('}', gap);
            String value = arguments.get(english.substring(gap + 1, end));
            if (value == null) {
                throw new IllegalStateException(id + " lacks " + english.substring(gap, end + 1));
            }
            text.append(english, next, gap).append(value);
            next = end + 1;
            if (value.equals("1") && english.startsWith(" times", next)) {
                next += " times".length();
                text.append(" time");
            }
        }
        return text.append(english.substring(next)).toString();
    }
}
