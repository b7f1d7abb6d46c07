//! Playing scenarios, and writing down what is done.

use std::time::Duration;

use super::Simulation;
use crate::invalid::InvalidScenario;
use crate::scenario::{Action, Planned, Scenario};
use crate::world::Time;

impl Simulation {
    /// Plays a scenario from now on: its rooms are set at once, and what happens in it happens at its time, of its own
    /// accord or because [`Simulation::advance`] moves the time.
    ///
    /// # Errors
    ///
    /// [`InvalidScenario`] when something in it can't be done at all; nothing has happened then. What can't be done when
    /// its time has come, as leaving a room that isn't there, is logged.
    pub fn play(&self, scenario: Scenario) -> Result<(), InvalidScenario> {
        scenario.check()?;
        for (room_id, room) in scenario.rooms {
            self.set_room(room_id, room);
        }
        self.plan(scenario.timeline);
        Ok(())
    }

    /// What was done to it since it started, as a scenario: its rooms at the start, and the last 10,000 things done,
    /// whoever did them. Doors, what was forgotten and what was sent again are not in it.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        self.0.journal.lock().scenario()
    }

    pub(crate) fn plan(&self, timeline: Vec<Planned>) {
        let now = self.0.world.lock().now();
        self.0.plan.add(now, timeline);
        self.do_what_is_due();
    }

    /// Remembers what was done.
    pub(super) fn note(&self, action: Action) {
        let now = self.0.world.lock().now();
        self.0.journal.lock().note(now, action);
    }

    /// The same where it was done; whether it was.
    pub(super) fn note_if(&self, done: bool, action: impl FnOnce() -> Action) -> bool {
        if done {
            self.note(action());
        }
        done
    }

    /// When the next thing is due, from now; 0 when it is late.
    pub(super) fn next_due_in_ms(&self) -> Option<u64> {
        let due = self.0.plan.next_due()?;
        Some(due.saturating_sub(self.0.world.lock().now()))
    }

    pub(super) fn do_what_is_due(&self) {
        self.pass(0);
    }

    /// Lets time pass in rooms and recordings, in milliseconds. What is planned happens when it is due.
    pub(super) fn pass(&self, mut left: u64) {
        loop {
            let now = self.0.world.lock().now();
            let Some(planned) = self.0.plan.take_due(now) else {
                if left == 0 {
                    return;
                }
                let step = self.next_due_in_ms().map_or(left, |due| due.min(left));
                self.0.world.lock().advance(Duration::from_millis(step));
                left -= step;
                continue;
            };
            let done = serde_json::to_string(&planned).unwrap_or_default();
            let result = self.perform(planned.action, &mut left);
            self.0.settings.log(|| match result {
                Ok(()) => format!("scenario {done}"),
                Err(why) => format!("scenario {done} failed: {why}"),
            });
        }
    }

    /// Does what is due, as long as the simulator runs.
    pub(super) async fn follow_plan(self, time: Time) {
        loop {
            let more = self.0.plan.more.notified();
            match self.0.plan.next_due() {
                Some(due) => tokio::select! {
                    () = more => {}
                    () = time.reach(due) => self.do_what_is_due(),
                },
                None => more.await,
            }
        }
    }

    /// Time that an action lets pass is added to what is left to pass.
    fn perform(&self, action: Action, left: &mut u64) -> Result<(), String> {
        let room_there = |there: bool| if there { Ok(()) } else { Err("no such room".to_owned()) };
        match action {
            Action::SetRoom { room, to } => self.set_room(room, to),
            Action::RemoveRoom { room } => room_there(self.remove_room(&room))?,
            Action::SyncRoom { room } => room_there(self.sync_room(&room))?,
            Action::Join { room, member } => room_there(self.join(&room, member))?,
            Action::Leave { room, user } => {
                self.leave(&room, &user).then_some(()).ok_or_else(|| "no such member".to_owned())?;
            }
            Action::Advance { ms } => *left = left.saturating_add(self.note_advance(Duration::from_millis(ms))),
            Action::Skew { ms } => self.set_skew_ms(ms),
            Action::Next(steps) => self.next(steps).map_err(|error| error.to_string())?,
            Action::Then(steps) => self.then(steps).map_err(|error| error.to_string())?,
            Action::Release => self.release(),
            Action::CallbackUrls { recording, room } => {
                self.set_callback_urls(recording.as_deref(), room.as_deref()).map_err(|error| error.to_string())?
            }
            Action::Delivery(delivery) => self.set_delivery(delivery).map_err(|error| error.to_string())?,
            Action::Failures(failures) => self.fail_events(failures).map_err(|error| error.to_string())?,
            Action::LoseCallbacks { times } => self.lose_callbacks(times),
            Action::DeliverCallbacks => self.send_held_callbacks(),
        }
        Ok(())
    }
}
