namespace Playground.Settings;

/// <summary>What the settings of a training are called and what they do.</summary>
public sealed class TrainingSettingTexts;
