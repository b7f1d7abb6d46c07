//! The windows of a custom layout.

use serde_json::{Value, json};

use crate::support::bodies::{accepts, put, refuses, with, without};
use crate::support::client::split_stream;

#[tokio::test]
async fn a_custom_layout_without_windows_is_refused() {
    refuses(&without("/config/input"), "config.input is required").await;
}

#[tokio::test]
async fn a_custom_layout_with_an_empty_list_of_windows_is_refused() {
    let body = with("/config/input/video", json!([]));
    refuses(&body, "config.input.video must not be empty").await;
}

#[tokio::test]
async fn other_layouts_need_no_windows() {
    let mut body = without("/config/input");
    put(&mut body, "/config/mixLayout", json!(2));
    accepts(&body).await;
}

#[tokio::test]
async fn a_custom_layout_needs_no_windows_where_nothing_is_mixed() {
    let mut body = without("/config/input");
    put(&mut body, "/config/mode", json!(0));
    accepts(&body).await;
}

#[tokio::test]
async fn a_custom_layout_needs_no_windows_in_an_mcu_recording() {
    let mut body = without("/config/input");
    put(&mut body, "/config/recordType", json!(2));
    accepts(&body).await;
}

#[tokio::test]
async fn each_field_of_a_window_is_required() {
    for name in ["userId", "streamId", "x", "y", "width", "height"] {
        let body = without(&format!("/config/input/video/1/{name}"));
        refuses(&body, &format!("config.input.video[1].{name} is required")).await;
    }
}

#[tokio::test]
async fn empty_ids_of_a_window_are_refused() {
    for name in ["userId", "streamId"] {
        let mut body = split_stream();
        body["config"]["input"]["video"][0][name] = json!("");
        refuses(&body, &format!("config.input.video[0].{name} must not be empty")).await;
    }
}

fn with_rectangle(x: f64, y: f64, width: f64, height: f64) -> Value {
    let mut body = split_stream();
    let window = &mut body["config"]["input"]["video"][0];
    for (name, number) in [("x", x), ("y", y), ("width", width), ("height", height)] {
        window[name] = json!(number);
    }
    body
}

#[tokio::test]
async fn a_window_as_large_as_the_canvas_is_accepted() {
    accepts(&with_rectangle(0.0, 0.0, 1.0, 1.0)).await;
}

#[tokio::test]
async fn a_window_at_the_edge_may_be_off_by_rounding() {
    accepts(&with_rectangle(0.666_667, 0.1 + 0.2, 0.333_333_5, 0.7)).await;
}

#[tokio::test]
async fn a_window_beyond_the_right_edge_is_refused() {
    let problem = "config.input.video[0].width added to x must be at most 1";
    refuses(&with_rectangle(0.6, 0.0, 0.5, 1.0), problem).await;
}

#[tokio::test]
async fn a_window_beyond_the_lower_edge_is_refused() {
    let problem = "config.input.video[0].height added to y must be at most 1";
    refuses(&with_rectangle(0.0, 0.6, 1.0, 0.5), problem).await;
}

#[tokio::test]
async fn a_window_of_no_width_is_refused() {
    let problem = "config.input.video[0].width must be larger than 0";
    refuses(&with_rectangle(0.0, 0.0, 0.0, 1.0), problem).await;
}

#[tokio::test]
async fn a_window_left_of_the_canvas_is_refused() {
    let problem = "config.input.video[0].x must be within 0 and 1, not -0.1";
    refuses(&with_rectangle(-0.1, 0.0, 0.5, 0.5), problem).await;
}

#[tokio::test]
async fn a_window_in_pixels_is_refused() {
    let problem = "config.input.video[0].width must be within 0 and 1, not 320; \
                   config.input.video[0].height must be within 0 and 1, not 240";
    refuses(&with_rectangle(0.0, 0.0, 320.0, 240.0), problem).await;
}

#[tokio::test]
async fn a_coordinate_in_quotes_is_refused() {
    let mut body = split_stream();
    body["config"]["input"]["video"][0]["x"] = json!("0");
    refuses(&body, "config.input.video[0].x must be a number, not a string").await;
}
