namespace Playground.Settings;

/// <summary>What the settings of a sampling are called and what they do.</summary>
public sealed class SamplingSettingTexts;
