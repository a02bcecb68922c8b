namespace Playground.Client.Resources;

/// <summary>Texts of the timeline, the history and recipes on the Play page.</summary>
public sealed class TimelineTexts;
