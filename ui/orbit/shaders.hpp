#pragma once

namespace syzygy {

/// GLSL 3.30. Sizes in device pixels; `lift` brings marks that length nearer to the eye for the depth test alone.

inline constexpr const char* line_vertex_shader = R"(#version 330 core
layout(location = 0) in vec4 from;  // position, length of the curve up to it
layout(location = 1) in vec4 to;
layout(location = 2) in vec4 from_color;
layout(location = 3) in vec4 to_color;
layout(location = 4) in vec2 widths;

uniform mat4 clip;
uniform vec4 clip_towards_eye;  // what a step of one length towards the eye adds in clip space
uniform vec2 viewport;
uniform float lift;
uniform float ratio;  // device pixels a logical one
uniform float edge_drop;  // a length: smooth edges lie so much deeper, or they would hide the next segment's middle
uniform float curve_width;  // above zero: one width and colour for all
uniform vec4 curve_color;

noperspective out vec2 place;  // along and across the segment from its beginning, pixels
noperspective out vec4 color;
noperspective out float reach;  // length of the curve
noperspective out float edge_depth;
flat out float seen_length;
flat out vec2 half_widths;

float depth_of(vec4 place)
{
    return place.w > 0.0 ? clamp(place.z / place.w, -1.0, 1.0) : -1.0;
}

void main()
{
    vec4 a = clip * vec4(from.xyz, 1.0);
    vec4 b = clip * vec4(to.xyz, 1.0);
    const float nearest = 1e-6;
    float front_a = a.z + a.w, front_b = b.z + b.w;  // distances to the near plane
    if (front_a < nearest && front_b < nearest) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        return;
    }
    if (front_a < nearest) a = mix(a, b, (nearest - front_a) / (front_b - front_a));
    if (front_b < nearest) b = mix(b, a, (nearest - front_b) / (front_a - front_b));

    vec2 screen_a = a.xy / a.w * viewport * 0.5, screen_b = b.xy / b.w * viewport * 0.5;
    vec2 between = screen_b - screen_a;
    seen_length = length(between);
    vec2 along = seen_length > 1e-4 ? between / seen_length : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    half_widths = (curve_width > 0.0 ? vec2(curve_width) : widths) * 0.5 * ratio;
    float margin = max(half_widths.x, half_widths.y) + 1.0;

    bool second = (gl_VertexID & 1) == 1;
    float side = (gl_VertexID & 2) == 2 ? 1.0 : -1.0;
    place = vec2(second ? seen_length + margin : -margin, side * margin);
    vec2 screen = screen_a + along * place.x + across * place.y;
    vec4 end = second ? b : a;
    gl_Position = vec4(screen / (viewport * 0.5), depth_of(end + lift * clip_towards_eye), 1.0);
    edge_depth = 0.5 + 0.5 * depth_of(end + (lift - edge_drop) * clip_towards_eye);
    color = curve_width > 0.0 ? curve_color : second ? to_color : from_color;
    reach = second ? to.w : from.w;
}
)";

inline constexpr const char* line_fragment_shader = R"(#version 330 core
noperspective in vec2 place;
noperspective in vec4 color;
noperspective in float reach;
noperspective in float edge_depth;
flat in float seen_length;
flat in vec2 half_widths;

uniform float dashes;  // a length; 0: none
uniform float dash_filled;

out vec4 fragment;

void main()
{
    if (dashes > 0.0 && fract(reach * dashes) > dash_filled) discard;
    float nearest = clamp(place.x, 0.0, seen_length);
    float away = length(vec2(place.x - nearest, place.y));
    float half_width = mix(half_widths.x, half_widths.y, seen_length > 0.0 ? nearest / seen_length : 0.0);
    // Thinner than a pixel is fainter.
    float cover = clamp(max(half_width, 0.5) + 0.5 - away, 0.0, 1.0) * min(1.0, half_width * 2.0);
    bool arrow_head = half_widths.x > 2.5 * half_widths.y && half_widths.y < 1.0;
    if (cover < 0.02 || (arrow_head && place.x < 0.0)) discard;
    gl_FragDepth = cover < 0.98 ? edge_depth : gl_FragCoord.z;
    fragment = vec4(color.rgb, color.a * cover);
}
)";

inline constexpr const char* point_vertex_shader = R"(#version 330 core
layout(location = 0) in vec3 at;
layout(location = 1) in vec4 mark_color;
layout(location = 2) in vec2 diameter_kind;

uniform mat4 clip;
uniform vec4 clip_towards_eye;
uniform float lift;
uniform float ratio;

flat out vec4 color;
flat out float diameter;
flat out int kind;

void main()
{
    gl_Position = clip * vec4(at, 1.0);
    vec4 lifted = gl_Position + lift * clip_towards_eye;
    if (lifted.w > 0.0) gl_Position.z = max(lifted.z / lifted.w, -1.0) * gl_Position.w;
    color = mark_color;
    diameter = diameter_kind.x * ratio;
    kind = int(diameter_kind.y + 0.5);
    gl_PointSize = diameter + 2.0;
}
)";

inline constexpr const char* point_fragment_shader = R"(#version 330 core
flat in vec4 color;
flat in float diameter;
flat in int kind;

uniform vec4 rim;
uniform float ratio;

out vec4 fragment;

void main()
{
    vec2 place = (gl_PointCoord * 2.0 - 1.0) * (diameter + 2.0) * 0.5;
    place.y = -place.y;
    float radius = diameter * 0.5;
    float away = length(place);
    float cover = clamp(radius + 0.5 - away, 0.0, 1.0);
    vec4 shade = color;
    if (kind == 2) {
        float thick = 2.0 * ratio;
        cover *= clamp(away - (radius - thick) + 0.5, 0.0, 1.0);
    } else {
        if (kind == 1) {
            vec2 unit = place / radius;
            vec3 normal = vec3(unit, sqrt(max(0.0, 1.0 - dot(unit, unit))));
            vec3 light = normalize(vec3(-0.45, 0.6, 0.9));
            float lit = max(0.0, dot(normal, light));
            shade.rgb = color.rgb * (0.55 + 0.5 * lit) + vec3(0.45 * pow(lit, 24.0));
        }
        float edge = kind == 1 ? 1.2 * ratio : 0.9 * ratio;
        if (radius > 2.6 * ratio) shade = mix(shade, rim, clamp(away - (radius - edge) + 0.5, 0.0, 1.0));
    }
    if (cover < 0.02) discard;
    fragment = vec4(shade.rgb, shade.a * cover);
}
)";

}  // namespace syzygy
