//! `layout`: changes the layout of a recording that runs.

use clap::{Args, ValueEnum};
use rongcloud_recording::{
    Corner, Host, Layout as Arrangement, LayoutUpdate, RecordingClient, RecordingConfig, RecordingProfile, RenderMode,
    StreamRef, codes,
};

use crate::failure::Failure;
use crate::input;
use crate::json;
use crate::output::{Line, Output};
use crate::service::{Live, Service, call};
use crate::text::nearest;

/// Changes the layout of a recording that runs. Streams are those that the room's members publish now
#[derive(Debug, Args)]
pub struct Layout {
    /// The room's id
    room: String,
    /// The session's id
    session: String,

    #[command(flatten)]
    layout: Wanted,

    /// Size of the recording's picture, WIDTHxHEIGHT, so that windows have the cameras' shape
    #[arg(long, value_name = "SIZE")]
    resolution: Option<String>,

    /// How pictures are made to fit their windows
    #[arg(long, value_name = "HOW", value_enum)]
    render: Option<Render>,

    #[command(flatten)]
    service: Service,
    #[command(flatten)]
    live: Live,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Wanted {
    /// Everybody in equal windows
    #[arg(long)]
    grid: bool,
    /// Everybody in one row
    #[arg(long)]
    side_by_side: bool,
    /// This user large, the others in a row below
    #[arg(long, value_name = "USER")]
    spotlight: Option<String>,
    /// The first user fills the picture, the second one has a corner of it
    #[arg(long, value_names = ["USER", "USER"], num_args = 2)]
    picture_in_picture: Option<Vec<String>>,
    /// This user fills the picture, and the service places the others on it
    #[arg(long, value_name = "USER")]
    floating: Option<String>,
    /// This user is at the top left, and the service divides the picture
    #[arg(long, value_name = "USER")]
    adaptive: Option<String>,
    /// The layout, render mode and host of this config; - is stdin
    #[arg(long, value_name = "FILE")]
    profile: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Render {
    /// Fills the window, and crops
    Fill,
    /// Shows the whole picture, with bars
    Fit,
}

impl Layout {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let client = self.service.client()?;
        self.live.allows("a recording's layout would be changed", &self.service)?;
        let mut update = self.update(&client).await?;
        if let Some(render) = self.render {
            update.render_mode = Some(match render {
                Render::Fill => RenderMode::Fill,
                Render::Fit => RenderMode::Fit,
            });
        }
        for advice in update.advice() {
            output.note(&format!("advice: {advice}"));
        }
        let recording = (self.room.as_str(), self.session.as_str());
        let changed = call(&client, client.update_layout(recording, &update, None)).await?;
        output.data(|| json::acknowledged(&changed), || vec![Line::new("changed")]).map(drop)
    }

    async fn update(&self, client: &RecordingClient) -> Result<LayoutUpdate, Failure> {
        if let Some(file) = &self.layout.profile {
            return of_profile(&RecordingProfile::from_json(input::text(file)?)?);
        }
        let room = call(client, client.query_room(&self.room, None)).await?;
        let streams = room.video_streams();
        let size = self.resolution.as_deref();
        let of = |user: &str| stream_of(&streams, user);
        let host = |user: &str| of(user).map(|stream| Host::new(stream.user_id, stream.stream_id));
        let wanted = &self.layout;
        if let Some(user) = &wanted.floating {
            return Ok(LayoutUpdate::new(Arrangement::Floating).host(host(user)?));
        }
        if let Some(user) = &wanted.adaptive {
            return Ok(LayoutUpdate::new(Arrangement::Adaptive).host(host(user)?));
        }
        let layout = if let Some(user) = &wanted.spotlight {
            let main = of(user)?;
            let others: Vec<_> = streams.iter().filter(|stream| **stream != main).cloned().collect();
            Arrangement::spotlight(&main, &others, size)
        } else if let Some([main, inset]) = wanted.picture_in_picture.as_deref() {
            Arrangement::picture_in_picture(&of(main)?, &of(inset)?, Corner::BottomRight)
        } else if wanted.side_by_side {
            Arrangement::side_by_side(&streams, size)
        } else {
            Arrangement::grid(&streams, size)
        };
        Ok(LayoutUpdate::new(layout?))
    }
}

fn of_profile(profile: &RecordingProfile) -> Result<LayoutUpdate, Failure> {
    let RecordingConfig::SplitStream { recording } = profile.config() else {
        return Err(Failure::input(
            "config.recordType",
            codes::NOT_APPLICABLE,
            "an MCU recording has no layout of its own",
        ));
    };
    let layout = recording.layout.clone().unwrap_or(Arrangement::Floating);
    Ok(LayoutUpdate { layout, render_mode: recording.render_mode, host: recording.host.clone() })
}

fn stream_of(streams: &[StreamRef], user: &str) -> Result<StreamRef, Failure> {
    let found = streams.iter().find(|stream| stream.user_id == user).cloned();
    found.ok_or_else(|| {
        let meant = nearest(user, streams.iter().map(|stream| stream.user_id.as_str()));
        let meant = meant.map(|user| format!(": did you mean {user}?")).unwrap_or_default();
        Failure::input(user, codes::UNKNOWN_VALUE, format!("publishes no video in this room now{meant}"))
    })
}
