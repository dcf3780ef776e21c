package io.ordersaga.coordinator.admin.page;

import java.util.Map;
import java.util.Set;
import org.thymeleaf.context.Context;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/// Templates and what they read become HTML. Thread-safe; templates are parsed once.
final class Rendering {

    private final SpringTemplateEngine engine = new SpringTemplateEngine();

    Rendering(Texts texts) {
        ClassLoaderTemplateResolver templates = new ClassLoaderTemplateResolver(Rendering.class.getClassLoader());
        templates.setPrefix("page/templates/");
        templates.setSuffix(".html");
        templates.setTemplateMode(TemplateMode.HTML);
        templates.setCharacterEncoding("UTF-8");
        templates.setCacheable(true);
        engine.setTemplateResolver(templates);
        engine.setTemplateEngineMessageSource(texts.source());
    }

    /// A whole page.
    ///
    /// @param model what the template reads, by name
    String page(String template, Formats formats, Frame frame, Map<String, Object> model) {
        return engine.process(template, context(formats, frame, model));
    }

    /// One fragment of a template, to be put into a page that is there already.
    String part(String template, String fragment, Formats formats, Frame frame, Map<String, Object> model) {
        return engine.process(template, Set.of(fragment), context(formats, frame, model));
    }

    private static Context context(Formats formats, Frame frame, Map<String, Object> model) {
        Context context = new Context(formats.language(), model);
        context.setVariable("f", formats);
        context.setVariable("frame", frame);
        return context;
    }
}
