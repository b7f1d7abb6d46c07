//! `room`: a room's session, members and streams.

use clap::Args;
use rongcloud_recording::Room as FoundRoom;

use crate::failure::Failure;
use crate::json;
use crate::output::{Line, Output};
use crate::service::{Service, call};
use crate::text::moment;

/// Asks for a room: its session, its members and their streams
#[derive(Debug, Args)]
pub struct Room {
    /// The room's id
    room: String,

    #[command(flatten)]
    service: Service,
}

impl Room {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let client = self.service.client()?;
        let room = call(&client, client.query_room(&self.room, None)).await?;
        output.data(|| json::room(&room), || lines(&room)).map(drop)
    }
}

fn lines(room: &FoundRoom) -> Vec<Line> {
    let since = room.created_at.map(|time| format!(", since {}", moment(time))).unwrap_or_default();
    let mut lines = vec![Line::new(format!("room {}, session {}{since}", room.room_id, room.session_id))];
    for member in &room.members {
        lines.push(Line::new(format!("  {}", member.user_id)));
        for stream in &member.streams {
            lines.push(Line::new(format!("    {} {}", json::name(stream.media_type), stream.stream_id)));
        }
    }
    if room.members.is_empty() {
        lines.push(Line::new("  nobody is in it, as far as the service says"));
    }
    lines
}
